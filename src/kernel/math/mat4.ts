import type { Mat4 } from "../../core/camera.ts";

/** a × b, row-major. */
export function multiply(a: Mat4, b: Mat4): Mat4 {
	const out = new Float64Array(16);
	for (let row = 0; row < 4; row++)
		for (let column = 0; column < 4; column++) {
			let sum = 0;
			for (let k = 0; k < 4; k++) sum += a[row * 4 + k] * b[k * 4 + column];
			out[row * 4 + column] = sum;
		}
	return out;
}

/** Inverse of a rotation plus translation. Does not check that `m` is one. */
export function invertRigid(m: Mat4): Mat4 {
	const out = new Float64Array(16);
	for (let row = 0; row < 3; row++) {
		for (let column = 0; column < 3; column++)
			out[row * 4 + column] = m[column * 4 + row];
		out[row * 4 + 3] = -(
			m[row] * m[3] +
			m[4 + row] * m[7] +
			m[8 + row] * m[11]
		);
	}
	out[15] = 1;
	return out;
}

/**
 * Pose of a camera at `eye` that looks at `target`.
 * `up` must not be parallel to the line of sight.
 */
export function lookAt(
	eye: readonly [number, number, number],
	target: readonly [number, number, number],
	up: readonly [number, number, number] = [0, 1, 0],
): Mat4 {
	const back = normalize([
		eye[0] - target[0],
		eye[1] - target[1],
		eye[2] - target[2],
	]);
	const right = normalize(cross(up, back));
	const trueUp = cross(back, right);
	// biome-ignore format: one row a line
	return new Float64Array([
		right[0], trueUp[0], back[0], eye[0],
		right[1], trueUp[1], back[1], eye[1],
		right[2], trueUp[2], back[2], eye[2],
		0, 0, 0, 1,
	]);
}

function cross(
	a: readonly [number, number, number],
	b: readonly [number, number, number],
): [number, number, number] {
	return [
		a[1] * b[2] - a[2] * b[1],
		a[2] * b[0] - a[0] * b[2],
		a[0] * b[1] - a[1] * b[0],
	];
}

function normalize(
	v: readonly [number, number, number],
): [number, number, number] {
	const length = Math.hypot(v[0], v[1], v[2]);
	if (!(length > 1e-12)) throw new RangeError("cannot normalise a zero vector");
	return [v[0] / length, v[1] / length, v[2] / length];
}
