import type { TensorData } from "./checkpoint.ts";

/** Half precision (1 sign, 5 exponent, 10 fraction bits) to single: exact. */
export function widenF16(halves: Uint16Array): Float32Array {
	const out = new Float32Array(halves.length);
	const bits = new Uint32Array(out.buffer);
	for (let i = 0; i < halves.length; i++) {
		const half = halves[i];
		const sign = (half & 0x8000) << 16;
		const exponent = (half >>> 10) & 31;
		const fraction = half & 1023;
		if (exponent === 0) {
			out[i] = fraction * 2 ** -24; // zero and subnormal
			bits[i] |= sign;
		} else if (exponent === 31) bits[i] = sign | 0x7f800000 | (fraction << 13);
		else bits[i] = sign | ((exponent + 112) << 23) | (fraction << 13);
	}
	return out;
}

/** bfloat16 is the upper half of a single: exact. */
export function widenBf16(halves: Uint16Array): Float32Array {
	const bits = new Uint32Array(halves.length);
	for (let i = 0; i < halves.length; i++) bits[i] = halves[i] << 16;
	return new Float32Array(bits.buffer);
}

/** Any numbers as single floats; the same array where they are that already. */
export function widenToFloat(data: TensorData): Float32Array {
	if (data instanceof Float32Array) return data;
	return data instanceof BigInt64Array
		? Float32Array.from(data, Number)
		: Float32Array.from(data);
}
