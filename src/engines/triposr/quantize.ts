import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { LunarError } from "../../core/errors.ts";
import type { Checkpoint as Tick } from "../../core/run-context.ts";
import {
	type Checkpoint,
	openCheckpoint,
	readFloats,
	type TensorEntry,
	type TensorToWrite,
	writeSafetensors,
} from "../../neural/checkpoint.ts";
import { quantizeWeight } from "../../neural/quantize-weight.ts";

/** Changes when the file's content does. */
const VERSION = "1";
/** Products that run in 8 bits: everything between the patches and the planes. The decoder is evaluated elsewhere. */
const PRODUCT =
	/^(image_tokenizer\.model\.encoder\..*|backbone\.transformer_blocks\..*)\.weight$/;
const GATED = /\.ff\.net\.0\.proj\.weight$/;
/** Computed ahead of time or unused; left out of the file. */
const UNUSED = /^image_tokenizer\.model\.pooler\./;

/**
 * The same weights with large products in 8 bits (a quarter of the size), written once into `folder` as safetensors
 * and opened from there the next time. Written under another name and moved, so two processes may do it at once.
 */
export async function quantizeTripoSr(
	checkpoint: Checkpoint,
	folder: string,
	tick: Tick = () => {},
): Promise<Checkpoint> {
	const { mtimeMs, size } = await stat(checkpoint.file);
	const source = `${checkpoint.file}, ${size} bytes, ${mtimeMs}`;
	const file = join(folder, "triposr.int8.safetensors");
	const kept = await openCheckpoint(file).catch(() => undefined);
	if (kept?.metadata.version === VERSION && kept.metadata.source === source)
		return kept;
	try {
		await mkdir(folder, { recursive: true });
		await writeSafetensors(file, tensorsOf(checkpoint, tick), {
			version: VERSION,
			source,
		});
	} catch (cause) {
		if (cause instanceof LunarError) throw cause;
		throw new LunarError(
			"OUTPUT_UNWRITABLE",
			`cannot write the 8-bit weights to ${file}: ${cause instanceof Error ? cause.message : cause}`,
			{ cause },
		);
	}
	return openCheckpoint(file);
}

function tensorsOf(checkpoint: Checkpoint, tick: Tick): TensorToWrite[] {
	const tensors: TensorToWrite[] = [];
	for (const entry of checkpoint.tensors.values()) {
		if (UNUSED.test(entry.name)) continue;
		if (!PRODUCT.test(entry.name) || entry.shape.length !== 2)
			tensors.push(asFloats(checkpoint, entry, entry.name));
		else if (GATED.test(entry.name)) {
			// Two layers in one tensor; see geglu.
			const [rows] = entry.shape;
			const bias = entry.name.replace(/weight$/, "bias");
			const part = entry.name.replace(/\.weight$/, "");
			for (const [half, from] of [
				["value", 0],
				["gate", rows / 2],
			] as const) {
				tensors.push(
					...asProduct(checkpoint, entry, `${part}.${half}`, from, rows / 2),
				);
				if (checkpoint.tensors.has(bias))
					tensors.push({
						name: `${part}.${half}.bias`,
						dtype: "f32",
						shape: [rows / 2],
						bytes: async () =>
							bytesOf(
								(await readFloats(checkpoint, bias)).subarray(
									from,
									from + rows / 2,
								),
							),
					});
			}
		} else
			tensors.push(
				...asProduct(
					checkpoint,
					entry,
					entry.name.replace(/\.weight$/, ""),
					0,
					entry.shape[0],
				),
			);
	}
	return tensors.map((tensor, index) => ({
		...tensor,
		bytes() {
			tick(index / tensors.length);
			return tensor.bytes();
		},
	}));
}

function asFloats(
	checkpoint: Checkpoint,
	entry: TensorEntry,
	name: string,
): TensorToWrite {
	return {
		name,
		dtype: "f32",
		shape: entry.shape,
		bytes: async () => bytesOf(await readFloats(checkpoint, entry.name)),
	};
}

/** Rows `from` to `from + outputs` of a weight in 8 bits, and their scales. */
function asProduct(
	checkpoint: Checkpoint,
	entry: TensorEntry,
	path: string,
	from: number,
	outputs: number,
): TensorToWrite[] {
	const inputs = entry.shape[1];
	const quantized = async () => {
		const weight = await readFloats(checkpoint, entry.name);
		return quantizeWeight(
			weight.subarray(from * inputs, (from + outputs) * inputs),
			outputs,
			inputs,
		);
	};
	let scales: Float32Array | undefined;
	return [
		{
			name: `${path}.weight_i8`,
			dtype: "i8",
			shape: [inputs, outputs],
			bytes: async () => {
				const result = await quantized();
				scales = result.scales;
				return bytesOf(result.values);
			},
		},
		{
			name: `${path}.weight_scale`,
			dtype: "f32",
			shape: [outputs],
			bytes: async () => bytesOf(scales ?? (await quantized()).scales),
		},
	];
}

function bytesOf(data: Float32Array | Int8Array): Uint8Array {
	return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
