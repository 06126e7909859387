/** Orders 0 to 2. */
export const HARMONIC_COUNT = 9;
/** Darker light than this is not divided by: it would make noise bright. */
export const LEAST_SHADING = 0.15;

/** Real spherical harmonics of a unit normal, divided by that of order 0: 1 comes first; l² + l + m ascending. */
export function harmonicsOf(
	normals: Float32Array, // [count × 3]
	index: number,
	out: Float64Array, // [… × 9]
	at: number,
): void {
	const x = normals[3 * index];
	const y = normals[3 * index + 1];
	const z = normals[3 * index + 2];
	const o = HARMONIC_COUNT * at;
	out[o] = 1;
	out[o + 1] = ROOT_3 * y;
	out[o + 2] = ROOT_3 * z;
	out[o + 3] = ROOT_3 * x;
	out[o + 4] = ROOT_15 * x * y;
	out[o + 5] = ROOT_15 * y * z;
	out[o + 6] = (ROOT_5 / 2) * (3 * z * z - 1);
	out[o + 7] = ROOT_15 * x * z;
	out[o + 8] = (ROOT_15 / 2) * (x * x - y * y);
}

const ROOT_3: number = Math.sqrt(3);
const ROOT_5: number = Math.sqrt(5);
const ROOT_15: number = Math.sqrt(15);

/** Light on a surface with these harmonics, as a share of its constant term; never below `LEAST_SHADING` of it. */
export function shadingOf(
	coefficients: ArrayLike<number>, // [9]
	basis: Float64Array, // [… × 9]
	at: number,
): number {
	const o = HARMONIC_COUNT * at;
	let sum = 0;
	for (let k = 0; k < HARMONIC_COUNT; k++)
		sum += coefficients[k] * basis[o + k];
	const least = LEAST_SHADING * coefficients[0];
	return sum > least ? sum : least;
}
