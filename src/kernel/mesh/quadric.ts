/**
 * Sums of squared distances to planes and points, as symmetric 4 × 4 forms
 * (Garland and Heckbert, "Surface simplification using quadric error metrics", 1997).
 *
 * Ten numbers each: xx xy xz xd yy yz yd zz zd dd, so that the error at (x, y, z) is
 * [x y z 1] · Q · [x y z 1]ᵀ.
 */
export const QUADRIC_SIZE = 10;

/** Adds weight · (squared distance to the plane n · p + d = 0), with n a unit vector. */
export function addPlane(
	q: Float64Array,
	o: number,
	nx: number,
	ny: number,
	nz: number,
	d: number,
	weight: number,
): void {
	q[o] += weight * nx * nx;
	q[o + 1] += weight * nx * ny;
	q[o + 2] += weight * nx * nz;
	q[o + 3] += weight * nx * d;
	q[o + 4] += weight * ny * ny;
	q[o + 5] += weight * ny * nz;
	q[o + 6] += weight * ny * d;
	q[o + 7] += weight * nz * nz;
	q[o + 8] += weight * nz * d;
	q[o + 9] += weight * d * d;
}

/** Adds weight · (squared distance to a point). */
export function addPoint(
	q: Float64Array,
	o: number,
	x: number,
	y: number,
	z: number,
	weight: number,
): void {
	q[o] += weight;
	q[o + 3] -= weight * x;
	q[o + 4] += weight;
	q[o + 6] -= weight * y;
	q[o + 7] += weight;
	q[o + 8] -= weight * z;
	q[o + 9] += weight * (x * x + y * y + z * z);
}

/** The error of the sum of two quadrics at (x, y, z). Never negative. */
export function pairError(
	q: Float64Array,
	a: number,
	b: number,
	x: number,
	y: number,
	z: number,
): number {
	const error =
		x *
			((q[a] + q[b]) * x +
				2 *
					((q[a + 1] + q[b + 1]) * y +
						(q[a + 2] + q[b + 2]) * z +
						(q[a + 3] + q[b + 3]))) +
		y *
			((q[a + 4] + q[b + 4]) * y +
				2 * ((q[a + 5] + q[b + 5]) * z + (q[a + 6] + q[b + 6]))) +
		z * ((q[a + 7] + q[b + 7]) * z + 2 * (q[a + 8] + q[b + 8])) +
		(q[a + 9] + q[b + 9]);
	return error > 0 ? error : 0;
}

/** Where the error of the sum of two quadrics is least. False when that is not well defined. */
export function minimizePair(
	q: Float64Array,
	a: number,
	b: number,
	place: Float64Array, // [3]
): boolean {
	const xx = q[a] + q[b];
	const xy = q[a + 1] + q[b + 1];
	const xz = q[a + 2] + q[b + 2];
	const yy = q[a + 4] + q[b + 4];
	const yz = q[a + 5] + q[b + 5];
	const zz = q[a + 7] + q[b + 7];
	const rx = -(q[a + 3] + q[b + 3]);
	const ry = -(q[a + 6] + q[b + 6]);
	const rz = -(q[a + 8] + q[b + 8]);
	// Cofactors of the symmetric matrix.
	const cxx = yy * zz - yz * yz;
	const cxy = xz * yz - xy * zz;
	const cxz = xy * yz - xz * yy;
	const det = xx * cxx + xy * cxy + xz * cxz;
	const trace = xx + yy + zz;
	if (!(det > 1e-12 * trace * trace * trace)) return false;
	const cyy = xx * zz - xz * xz;
	const cyz = xy * xz - xx * yz;
	const czz = xx * yy - xy * xy;
	place[0] = (cxx * rx + cxy * ry + cxz * rz) / det;
	place[1] = (cxy * rx + cyy * ry + cyz * rz) / det;
	place[2] = (cxz * rx + cyz * ry + czz * rz) / det;
	return true;
}
