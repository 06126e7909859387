import { LunarError } from "../../core/errors.ts";
import type { ByteSource } from "./byte-source.ts";
import {
	type CheckpointContents,
	DTYPE_BYTES,
	rowMajorStrides,
	type TensorDtype,
	type TensorEntry,
} from "./checkpoint.ts";
import { CHECKPOINT_LIMITS, safeElementCount } from "./limits.ts";

const DTYPES: Readonly<Record<string, TensorDtype>> = {
	F64: "f64",
	F32: "f32",
	F16: "f16",
	BF16: "bf16",
	I64: "i64",
	I32: "i32",
	I16: "i16",
	I8: "i8",
	U8: "u8",
	BOOL: "bool",
};

/** Reads the header of a safetensors file: 8 bytes of length, JSON, then the numbers without gaps. */
export async function readSafetensors(
	source: ByteSource,
): Promise<CheckpointContents> {
	const prefix = await source.read(0, 8);
	const headerBytes = Number(
		new DataView(prefix.buffer, prefix.byteOffset, 8).getBigUint64(0, true),
	);
	if (headerBytes > CHECKPOINT_LIMITS.headerBytes)
		throw unreadable(
			`a header of ${headerBytes} bytes; at most ${CHECKPOINT_LIMITS.headerBytes}`,
		);
	const header = parseHeader(await source.read(8, headerBytes));
	const dataStart = 8 + headerBytes;
	const tensors = new Map<string, TensorEntry>();
	let metadata: Record<string, string> = {};
	for (const [name, value] of Object.entries(header)) {
		if (name === "__metadata__") metadata = textFields(value);
		else tensors.set(name, entryOf(name, value, dataStart));
	}
	if (tensors.size > CHECKPOINT_LIMITS.tensors)
		throw unreadable(
			`${tensors.size} tensors; at most ${CHECKPOINT_LIMITS.tensors}`,
		);
	checkCovers(tensors, dataStart, source.size);
	return { format: "safetensors", tensors, metadata };
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
	let header: unknown;
	try {
		header = JSON.parse(
			new TextDecoder("utf-8", { fatal: true }).decode(bytes),
		);
	} catch (cause) {
		throw unreadable("the header is not JSON", cause);
	}
	if (!isRecord(header)) throw unreadable("the header is not a JSON object");
	return header;
}

function entryOf(name: string, value: unknown, dataStart: number): TensorEntry {
	if (!isRecord(value)) throw unreadable(`tensor ${name} is not described`);
	const dtype = Object.hasOwn(DTYPES, String(value.dtype))
		? DTYPES[String(value.dtype)]
		: undefined;
	if (dtype === undefined)
		throw new LunarError(
			"CHECKPOINT_REFUSED",
			`tensor ${name} is of type ${String(value.dtype).slice(0, 40)}; known are ${Object.keys(DTYPES).join(", ")}`,
		);
	const { shape, data_offsets: range } = value;
	if (!isSizes(shape)) throw unreadable(`tensor ${name} has no proper shape`);
	if (!isSizes(range) || range.length !== 2 || range[0] > range[1])
		throw unreadable(`tensor ${name} has no proper place`);
	const byteLength = safeElementCount(name, shape) * DTYPE_BYTES[dtype];
	if (range[1] - range[0] !== byteLength)
		throw unreadable(
			`tensor ${name} of ${byteLength} bytes has a place of ${range[1] - range[0]}`,
		);
	return {
		name,
		dtype,
		shape,
		strides: rowMajorStrides(shape),
		offset: dataStart + range[0],
		byteLength,
		contiguous: true,
	};
}

/** The format allows neither gaps nor overlaps, so that nothing can be hidden in the file. */
function checkCovers(
	tensors: ReadonlyMap<string, TensorEntry>,
	dataStart: number,
	fileBytes: number,
): void {
	const inOrder = [...tensors.values()].sort(
		(a, b) => a.offset - b.offset || a.byteLength - b.byteLength,
	);
	let at = dataStart;
	for (const { name, offset, byteLength } of inOrder) {
		if (offset !== at)
			throw unreadable(
				`tensor ${name} begins at byte ${offset}, expected at ${at}`,
			);
		at += byteLength;
	}
	if (at !== fileBytes)
		throw unreadable(
			`the tensors end at byte ${at} of a file of ${fileBytes}: it is cut short or damaged`,
		);
}

function textFields(value: unknown): Record<string, string> {
	if (!isRecord(value)) throw unreadable("__metadata__ is not an object");
	const fields = Object.entries(value);
	if (fields.some(([, text]) => typeof text !== "string"))
		throw unreadable("__metadata__ holds more than text");
	return Object.fromEntries(fields) as Record<string, string>;
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
	return (
		Array.isArray(value) &&
		value.every((size) => Number.isSafeInteger(size) && size >= 0)
	);
}

function unreadable(message: string, cause?: unknown): LunarError {
	return new LunarError("CHECKPOINT_UNREADABLE", `safetensors: ${message}`, {
		cause,
	});
}
