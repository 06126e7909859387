import type { Mat4 } from "../core/camera.ts";
import { LunarError } from "../core/errors.ts";

/** How far from a rotation a pose may be: hand-rounded files have 3 to 4 digits. */
const RIGID_TOLERANCE = 5e-3;

/**
 * A camera pose of a file as a rigid matrix. A uniform scale is taken out of the rotation;
 * rounding is straightened. Throws CAMERA_INVALID, naming the frame, where it is no pose.
 */
export function poseFromMatrix(
	rows: readonly (readonly number[])[], // [3 or 4][4]
	where: string,
): Mat4 {
	const m = new Float64Array(16);
	m[15] = 1;
	for (let row = 0; row < 3; row++)
		for (let column = 0; column < 4; column++) {
			const value = rows[row][column];
			if (!Number.isFinite(value) || Math.abs(value) > 1e9)
				throw new LunarError(
					"CAMERA_INVALID",
					`${where}: the pose holds ${value}`,
				);
			m[row * 4 + column] = value;
		}
	const last = rows[3] ?? [0, 0, 0, 1];
	for (let column = 0; column < 4; column++)
		if (!(Math.abs(last[column] - m[12 + column]) <= 1e-6))
			throw new LunarError(
				"CAMERA_INVALID",
				`${where}: the last row of the pose is [${last.join(", ")}], not [0, 0, 0, 1]`,
			);

	const determinant =
		m[0] * (m[5] * m[10] - m[6] * m[9]) -
		m[1] * (m[4] * m[10] - m[6] * m[8]) +
		m[2] * (m[4] * m[9] - m[5] * m[8]);
	const scale = Math.cbrt(Math.abs(determinant));
	if (!(scale > 1e-6))
		throw new LunarError(
			"CAMERA_INVALID",
			`${where}: the pose is singular (determinant ${determinant})`,
		);
	if (determinant < 0)
		throw new LunarError(
			"CAMERA_INVALID",
			`${where}: the pose is mirrored (determinant ${determinant.toPrecision(3)})`,
		);
	for (let row = 0; row < 3; row++)
		for (let column = 0; column < 3; column++) m[row * 4 + column] /= scale;
	for (let a = 0; a < 3; a++)
		for (let b = a; b < 3; b++) {
			const dot = m[a] * m[b] + m[4 + a] * m[4 + b] + m[8 + a] * m[8 + b];
			const off = Math.abs(dot - (a === b ? 1 : 0));
			if (!(off <= RIGID_TOLERANCE))
				throw new LunarError(
					"CAMERA_INVALID",
					`${where}: the pose is no rotation (off by ${off.toPrecision(3)}, limit ${RIGID_TOLERANCE})`,
				);
		}
	straighten(m);
	for (let k = 0; k < 16; k++) m[k] += 0; // no −0
	return m;
}

/** Gram-Schmidt on the columns: x first, then y, and z is what is left. */
function straighten(m: Mat4): void {
	const xLength = Math.hypot(m[0], m[4], m[8]);
	for (let row = 0; row < 12; row += 4) m[row] /= xLength;
	const dot = m[0] * m[1] + m[4] * m[5] + m[8] * m[9];
	for (let row = 0; row < 12; row += 4) m[row + 1] -= dot * m[row];
	const yLength = Math.hypot(m[1], m[5], m[9]);
	for (let row = 0; row < 12; row += 4) m[row + 1] /= yLength;
	m[2] = m[4] * m[9] - m[8] * m[5];
	m[6] = m[8] * m[1] - m[0] * m[9];
	m[10] = m[0] * m[5] - m[4] * m[1];
}
