import { LunarError } from "../../core/errors.ts";
import type { ByteSource } from "./byte-source.ts";
import {
	DTYPE_BYTES,
	elementCount,
	type TensorData,
	type TensorEntry,
} from "./checkpoint.ts";
import { widenBf16, widenF16 } from "./widen-to-float.ts";

/** Reads the numbers of a tensor in row-major order. f16 and bf16 come as f32, flags as bytes. */
export async function readTensorData(
	source: ByteSource,
	entry: TensorEntry,
): Promise<TensorData> {
	const raw = await source.read(entry.offset, entry.byteLength);
	const bytes = entry.contiguous ? raw : gather(raw, entry);
	// Typed arrays want their elements aligned, and little-endian machines, which is all that Node runs on today.
	const { buffer } = bytes.slice();
	switch (entry.dtype) {
		case "f64":
			return new Float64Array(buffer);
		case "f32":
			return new Float32Array(buffer);
		case "f16":
			return widenF16(new Uint16Array(buffer));
		case "bf16":
			return widenBf16(new Uint16Array(buffer));
		case "i64":
			return new BigInt64Array(buffer);
		case "i32":
			return new Int32Array(buffer);
		case "i16":
			return new Int16Array(buffer);
		case "i8":
			return new Int8Array(buffer);
		default:
			return new Uint8Array(buffer);
	}
}

/** Copies a strided tensor into row-major order. */
function gather(bytes: Uint8Array, entry: TensorEntry): Uint8Array {
	const { shape, strides } = entry;
	const elementBytes = DTYPE_BYTES[entry.dtype];
	const count = elementCount(shape);
	// A stride of 0 lets a small file name a huge tensor.
	if (count * elementBytes > 64 * bytes.length + 2 ** 20)
		throw new LunarError(
			"CHECKPOINT_REFUSED",
			`tensor ${entry.name} repeats ${bytes.length} bytes to ${count * elementBytes}`,
		);
	const out = new Uint8Array(count * elementBytes);
	const index = new Array<number>(shape.length).fill(0);
	let from = 0;
	for (let to = 0; to < out.length; ) {
		for (let b = 0; b < elementBytes; b++)
			out[to++] = bytes[from * elementBytes + b];
		for (let axis = shape.length - 1; axis >= 0; axis--) {
			from += strides[axis];
			if (++index[axis] < shape[axis]) break;
			from -= strides[axis] * shape[axis];
			index[axis] = 0;
		}
	}
	return out;
}
