import type { Box, Mesh } from "../../core/mesh.ts";

/** Surface area, world units². */
export function surfaceArea({
	positions: p,
	indices,
}: {
	readonly positions: ArrayLike<number>; // [vertexCount × 3]
	readonly indices: ArrayLike<number>; // [triangleCount × 3]
}): number {
	let sum = 0;
	for (let h = 0; h < indices.length; h += 3)
		sum += triangleArea(
			p,
			indices[h] * 3,
			indices[h + 1] * 3,
			indices[h + 2] * 3,
		);
	return sum;
}

/**
 * Volume enclosed by a closed mesh, positive when it is oriented outward, world units³.
 * Measured from the centre of the bounds, so that far-off objects keep their digits.
 */
export function signedVolume(mesh: Mesh): number {
	const { positions: p, indices } = mesh;
	const { min, max } = measureBounds(mesh);
	const ox = (min[0] + max[0]) / 2;
	const oy = (min[1] + max[1]) / 2;
	const oz = (min[2] + max[2]) / 2;
	let sum = 0;
	for (let h = 0; h < indices.length; h += 3)
		sum += originTetrahedron(
			p,
			indices[h] * 3,
			indices[h + 1] * 3,
			indices[h + 2] * 3,
			ox,
			oy,
			oz,
		);
	return sum;
}

/** Box around the vertices that triangles use; all zero for a mesh without triangles. */
export function measureBounds(mesh: Mesh): Box {
	const { positions: p, indices } = mesh;
	if (indices.length === 0) return { min: [0, 0, 0], max: [0, 0, 0] };
	let minX = Infinity;
	let minY = Infinity;
	let minZ = Infinity;
	let maxX = -Infinity;
	let maxY = -Infinity;
	let maxZ = -Infinity;
	for (let h = 0; h < indices.length; h++) {
		const i = indices[h] * 3;
		const x = p[i];
		const y = p[i + 1];
		const z = p[i + 2];
		if (x < minX) minX = x;
		if (x > maxX) maxX = x;
		if (y < minY) minY = y;
		if (y > maxY) maxY = y;
		if (z < minZ) minZ = z;
		if (z > maxZ) maxZ = z;
	}
	return { min: [minX, minY, minZ], max: [maxX, maxY, maxZ] };
}

/** Area of the triangle whose corners start at offsets a, b, c of `positions`. */
export function triangleArea(
	positions: ArrayLike<number>,
	a: number,
	b: number,
	c: number,
): number {
	const ax = positions[a];
	const ay = positions[a + 1];
	const az = positions[a + 2];
	const ux = positions[b] - ax;
	const uy = positions[b + 1] - ay;
	const uz = positions[b + 2] - az;
	const vx = positions[c] - ax;
	const vy = positions[c + 1] - ay;
	const vz = positions[c + 2] - az;
	const nx = uy * vz - uz * vy;
	const ny = uz * vx - ux * vz;
	const nz = ux * vy - uy * vx;
	return Math.sqrt(nx * nx + ny * ny + nz * nz) / 2;
}

/** Signed volume of the tetrahedron from (ox, oy, oz) to the triangle at offsets a, b, c. */
export function originTetrahedron(
	positions: Float32Array,
	a: number,
	b: number,
	c: number,
	ox: number,
	oy: number,
	oz: number,
): number {
	const ax = positions[a] - ox;
	const ay = positions[a + 1] - oy;
	const az = positions[a + 2] - oz;
	const bx = positions[b] - ox;
	const by = positions[b + 1] - oy;
	const bz = positions[b + 2] - oz;
	const cx = positions[c] - ox;
	const cy = positions[c + 1] - oy;
	const cz = positions[c + 2] - oz;
	return (
		(ax * (by * cz - bz * cy) +
			ay * (bz * cx - bx * cz) +
			az * (bx * cy - by * cx)) /
		6
	);
}

/**
 * Height over the longest edge below which a triangle counts as degenerate: it has no direction
 * left that survives single precision.
 */
export const DEGENERATE_HEIGHT = 1e-6;

/** Whether the triangle at offsets a, b, c has (next to) no area for its size. */
export function isDegenerate(
	positions: Float32Array,
	a: number,
	b: number,
	c: number,
): boolean {
	const ux = positions[b] - positions[a];
	const uy = positions[b + 1] - positions[a + 1];
	const uz = positions[b + 2] - positions[a + 2];
	const vx = positions[c] - positions[a];
	const vy = positions[c + 1] - positions[a + 1];
	const vz = positions[c + 2] - positions[a + 2];
	const wx = vx - ux;
	const wy = vy - uy;
	const wz = vz - uz;
	const uu = ux * ux + uy * uy + uz * uz;
	const vv = vx * vx + vy * vy + vz * vz;
	const ww = wx * wx + wy * wy + wz * wz;
	const longest = uu > vv ? (uu > ww ? uu : ww) : vv > ww ? vv : ww;
	const nx = uy * vz - uz * vy;
	const ny = uz * vx - ux * vz;
	const nz = ux * vy - uy * vx;
	const limit = DEGENERATE_HEIGHT * longest; // twice the area of a triangle of that height
	return nx * nx + ny * ny + nz * nz <= limit * limit;
}
