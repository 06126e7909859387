/** How the numbers of a tensor are stored. */
export type TensorDtype =
	| "f64"
	| "f32"
	| "f16"
	| "bf16"
	| "i64"
	| "i32"
	| "i16"
	| "i8"
	| "u8"
	| "bool";

export const DTYPE_BYTES: Readonly<Record<TensorDtype, number>> = {
	f64: 8,
	f32: 4,
	f16: 2,
	bf16: 2,
	i64: 8,
	i32: 4,
	i16: 2,
	i8: 1,
	u8: 1,
	bool: 1,
};

/** Where a tensor lies in its file. */
export interface TensorEntry {
	readonly name: string;
	readonly dtype: TensorDtype;
	readonly shape: readonly number[];
	/** Elements from one index to the next, per axis. */
	readonly strides: readonly number[];
	/** Bytes from the start of the FILE to the first element. */
	readonly offset: number;
	/** Bytes from `offset` to behind the last element. */
	readonly byteLength: number;
	/** Row-major without gaps: the bytes can be used where they lie. */
	readonly contiguous: boolean;
}

/** What a weight file holds: names and places, not the numbers themselves. */
export interface Checkpoint {
	/** Absolute, symbolic links resolved. */
	readonly file: string;
	readonly fileBytes: number;
	readonly format: "safetensors" | "torch";
	readonly tensors: ReadonlyMap<string, TensorEntry>;
	/** The `__metadata__` of a safetensors file; empty for PyTorch files. */
	readonly metadata: Readonly<Record<string, string>>;
}

/** Without the file: what the format readers return. */
export type CheckpointContents = Omit<Checkpoint, "file" | "fileBytes">;

export type TensorData =
	| Float32Array
	| Float64Array
	| BigInt64Array
	| Int32Array
	| Int16Array
	| Int8Array
	| Uint8Array;

/** Elements a shape holds; 1 for a scalar. Infinity and NaN where the shape is nonsense. */
export function elementCount(shape: readonly number[]): number {
	let count = 1;
	for (const size of shape) count *= size;
	return count;
}

/** Row-major strides of a shape. */
export function rowMajorStrides(shape: readonly number[]): number[] {
	const strides = new Array<number>(shape.length);
	let step = 1;
	for (let axis = shape.length - 1; axis >= 0; axis--) {
		strides[axis] = step;
		step *= Math.max(1, shape[axis]);
	}
	return strides;
}
