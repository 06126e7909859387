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
import { readZipDirectory, type ZipEntry } from "./read-zip-directory.ts";
import {
	type Pickled,
	PickledDict,
	PickledTensor,
	unpickle,
} from "./unpickle.ts";

const STORAGE_DTYPES: Readonly<Record<string, TensorDtype>> = {
	DoubleStorage: "f64",
	FloatStorage: "f32",
	HalfStorage: "f16",
	BFloat16Storage: "bf16",
	LongStorage: "i64",
	IntStorage: "i32",
	ShortStorage: "i16",
	CharStorage: "i8",
	ByteStorage: "u8",
	BoolStorage: "bool",
};
/** Where training scripts keep the weights among other things. */
const NESTED = ["state_dict", "model", "model_state_dict", "module"];

/** Reads what a PyTorch file (`torch.save`, ZIP since 1.6) holds. The pickle is read, never executed. */
export async function readTorchCheckpoint(
	source: ByteSource,
): Promise<CheckpointContents> {
	const entries = await readZipDirectory(source);
	const pickles = [...entries.keys()].filter(
		(name) => name === "data.pkl" || name.endsWith("/data.pkl"),
	);
	if (pickles.length !== 1)
		throw refused(
			entries.has("constants.pkl") || pickles.length > 1
				? "it holds a program (TorchScript), not only weights"
				: "it is a ZIP without data.pkl",
		);
	const root = pickles[0].slice(0, -"data.pkl".length);
	await checkByteOrder(source, entries.get(`${root}byteorder`));
	const pickle = entries.get(pickles[0]) as ZipEntry;
	if (pickle.byteLength > CHECKPOINT_LIMITS.pickleBytes)
		throw unreadable(
			`a pickle of ${pickle.byteLength} bytes; at most ${CHECKPOINT_LIMITS.pickleBytes}`,
		);
	const value = unpickle(await source.read(pickle.offset, pickle.byteLength));
	const tensors = new Map<string, TensorEntry>();
	for (const [name, item] of stateDictOf(value).entries)
		if (item instanceof PickledTensor)
			tensors.set(name, entryOf(name, item, entries, root));
	if (tensors.size > CHECKPOINT_LIMITS.tensors)
		throw unreadable(
			`${tensors.size} tensors; at most ${CHECKPOINT_LIMITS.tensors}`,
		);
	return { format: "torch", tensors, metadata: {} };
}

/** The dictionary that names tensors: the value itself, or one kept under a usual name. */
function stateDictOf(value: Pickled): PickledDict {
	let dict = value;
	for (let depth = 0; depth < 3; depth++) {
		if (!(dict instanceof PickledDict)) break;
		const { entries }: PickledDict = dict;
		for (const item of entries.values())
			if (item instanceof PickledTensor) return dict;
		const nested = NESTED.find(
			(key) => entries.get(key) instanceof PickledDict,
		);
		if (nested === undefined) break;
		dict = entries.get(nested) as PickledDict;
	}
	throw new LunarError(
		"CHECKPOINT_MISMATCH",
		`PyTorch file: no tensors at the top, nor under ${NESTED.join(", ")}`,
	);
}

function entryOf(
	name: string,
	tensor: PickledTensor,
	entries: ReadonlyMap<string, ZipEntry>,
	root: string,
): TensorEntry {
	const { storage, shape, strides } = tensor;
	const dtype = Object.hasOwn(STORAGE_DTYPES, storage.type)
		? STORAGE_DTYPES[storage.type]
		: undefined;
	if (dtype === undefined)
		throw refused(`tensor ${name} is kept in a ${storage.type.slice(0, 40)}`);
	const entry = entries.get(`${root}data/${storage.key}`);
	if (entry === undefined)
		throw unreadable(`the numbers of tensor ${name} are missing`);
	const elementBytes = DTYPE_BYTES[dtype];
	if (entry.byteLength < storage.elementCount * elementBytes)
		throw unreadable(
			`the numbers of tensor ${name} are cut short: ${entry.byteLength} bytes of ${storage.elementCount * elementBytes}`,
		);
	const count = safeElementCount(name, shape);
	// Elements from the first to behind the last.
	let span = count === 0 ? 0 : 1;
	if (count > 0)
		for (let axis = 0; axis < shape.length; axis++)
			span += (shape[axis] - 1) * strides[axis];
	if (!(tensor.offset + span <= storage.elementCount))
		throw unreadable(`tensor ${name} reaches outside its storage`);
	return {
		name,
		dtype,
		shape,
		strides,
		offset: entry.offset + tensor.offset * elementBytes,
		byteLength: span * elementBytes,
		contiguous: count === 0 || isRowMajor(shape, strides),
	};
}

/** Strides of axes of one element do not matter. */
function isRowMajor(
	shape: readonly number[],
	strides: readonly number[],
): boolean {
	const expected = rowMajorStrides(shape);
	return shape.every(
		(size, axis) => size === 1 || strides[axis] === expected[axis],
	);
}

async function checkByteOrder(
	source: ByteSource,
	entry: ZipEntry | undefined,
): Promise<void> {
	if (entry === undefined) return; // older than PyTorch 2.1, which wrote what the machine had: little
	const order = new TextDecoder().decode(
		await source.read(entry.offset, Math.min(entry.byteLength, 16)),
	);
	if (order !== "little")
		throw refused(`its numbers are stored in ${order}-endian order`);
}

function unreadable(message: string): LunarError {
	return new LunarError("CHECKPOINT_UNREADABLE", `PyTorch file: ${message}`);
}

function refused(message: string): LunarError {
	return new LunarError("CHECKPOINT_REFUSED", `PyTorch file: ${message}`);
}
