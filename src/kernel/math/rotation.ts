// Rotations as 3 × 3 matrices, row-major, and small turns as vectors: axis × radians.

/** The small turn that follows `from` in `to`, as a vector. Radians. */
export function turnBetween(
	from: Float64Array, // [9]
	to: Float64Array, // [9]
): [number, number, number] {
	const at = (i: number, j: number): number =>
		to[i * 3] * from[j * 3] +
		to[i * 3 + 1] * from[j * 3 + 1] +
		to[i * 3 + 2] * from[j * 3 + 2];
	return [
		(at(2, 1) - at(1, 2)) / 2,
		(at(0, 2) - at(2, 0)) / 2,
		(at(1, 0) - at(0, 1)) / 2,
	];
}

/** The rotation by the vector (x, y, z), in radians, after r. Rodrigues' formula. */
export function turned(
	r: Float64Array, // [9]
	x: number,
	y: number,
	z: number,
): Float64Array /* [9] */ {
	const angle = Math.hypot(x, y, z);
	if (angle === 0) return r;
	const s = Math.sin(angle) / angle;
	const c = (1 - Math.cos(angle)) / (angle * angle);
	// biome-ignore format: one row a line
	const t = [
		1 - c * (y * y + z * z), c * x * y - s * z, c * x * z + s * y,
		c * x * y + s * z, 1 - c * (x * x + z * z), c * y * z - s * x,
		c * x * z - s * y, c * y * z + s * x, 1 - c * (x * x + y * y),
	];
	const out = new Float64Array(9);
	for (let i = 0; i < 3; i++)
		for (let j = 0; j < 3; j++)
			out[i * 3 + j] =
				t[i * 3] * r[j] + t[i * 3 + 1] * r[3 + j] + t[i * 3 + 2] * r[6 + j];
	return out;
}

/** The vector rotated by the inverse of r. */
export function backwards(
	r: Float64Array,
	[x, y, z]: readonly [number, number, number],
): [number, number, number] {
	return [
		r[0] * x + r[3] * y + r[6] * z,
		r[1] * x + r[4] * y + r[7] * z,
		r[2] * x + r[5] * y + r[8] * z,
	];
}

/** The vector rotated by r. */
export function forwards(
	r: Float64Array,
	[x, y, z]: readonly [number, number, number],
): [number, number, number] {
	return [
		r[0] * x + r[1] * y + r[2] * z,
		r[3] * x + r[4] * y + r[5] * z,
		r[6] * x + r[7] * y + r[8] * z,
	];
}
