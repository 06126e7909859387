import type { Mesh } from "../../core/mesh.ts";

// Test solids made by code. All are closed, share their vertices and face outward.

/** A sphere of `rings` latitude bands and `segments` longitude bands around +Y. */
export function sphere(rings = 16, segments = 32, radius = 1): Mesh {
	const positions: number[] = [0, radius, 0];
	for (let i = 1; i < rings; i++) {
		const theta = (Math.PI * i) / rings;
		for (let j = 0; j < segments; j++) {
			const phi = (2 * Math.PI * j) / segments;
			positions.push(
				radius * Math.sin(theta) * Math.sin(phi),
				radius * Math.cos(theta),
				radius * Math.sin(theta) * Math.cos(phi),
			);
		}
	}
	positions.push(0, -radius, 0);
	const south = positions.length / 3 - 1;
	const at = (i: number, j: number): number =>
		1 + (i - 1) * segments + (j % segments);
	const indices: number[] = [];
	for (let j = 0; j < segments; j++) indices.push(0, at(1, j), at(1, j + 1));
	for (let i = 1; i < rings - 1; i++)
		for (let j = 0; j < segments; j++) {
			const a = at(i, j);
			const b = at(i + 1, j);
			const c = at(i + 1, j + 1);
			const d = at(i, j + 1);
			indices.push(a, b, c, a, c, d);
		}
	for (let j = 0; j < segments; j++)
		indices.push(south, at(rings - 1, j + 1), at(rings - 1, j));
	return asMesh(positions, indices);
}

/** An icosahedron divided `subdivisions` times (20 · 4ⁿ triangles), pushed onto the sphere. */
export function icosphere(subdivisions = 3, radius = 1): Mesh {
	const g = (1 + Math.sqrt(5)) / 2;
	// biome-ignore format: one vertex a group
	let vertices: number[] = [
		-1, g, 0,  1, g, 0,  -1, -g, 0,  1, -g, 0,
		0, -1, g,  0, 1, g,  0, -1, -g,  0, 1, -g,
		g, 0, -1,  g, 0, 1,  -g, 0, -1,  -g, 0, 1,
	];
	// biome-ignore format: one triangle a group
	let faces: number[] = [
		0,11,5, 0,5,1, 0,1,7, 0,7,10, 0,10,11,
		1,5,9, 5,11,4, 11,10,2, 10,7,6, 7,1,8,
		3,9,4, 3,4,2, 3,2,6, 3,6,8, 3,8,9,
		4,9,5, 2,4,11, 6,2,10, 8,6,7, 9,8,1,
	];
	for (let n = 0; n < subdivisions; n++) {
		const middles = new Map<string, number>();
		const out: number[] = [];
		const next = [...vertices];
		const middle = (a: number, b: number): number => {
			const key = a < b ? `${a},${b}` : `${b},${a}`;
			const known = middles.get(key);
			if (known !== undefined) return known;
			for (let k = 0; k < 3; k++)
				next.push((vertices[a * 3 + k] + vertices[b * 3 + k]) / 2);
			middles.set(key, next.length / 3 - 1);
			return next.length / 3 - 1;
		};
		for (let h = 0; h < faces.length; h += 3) {
			const [a, b, c] = [faces[h], faces[h + 1], faces[h + 2]];
			const [ab, bc, ca] = [middle(a, b), middle(b, c), middle(c, a)];
			out.push(a, ab, ca, ab, b, bc, ca, bc, c, ab, bc, ca);
		}
		vertices = next;
		faces = out;
	}
	for (let v = 0; v < vertices.length; v += 3) {
		const length = Math.hypot(vertices[v], vertices[v + 1], vertices[v + 2]);
		for (let k = 0; k < 3; k++) vertices[v + k] *= radius / length;
	}
	return asMesh(vertices, faces);
}

/** An axis-aligned cube around the origin: 8 vertices, 12 triangles. */
export function cube(size = 1): Mesh {
	const positions: number[] = [];
	for (let v = 0; v < 8; v++)
		positions.push(
			(v & 1 ? size : -size) / 2,
			(v & 2 ? size : -size) / 2,
			(v & 4 ? size : -size) / 2,
		);
	// biome-ignore format: one side a group
	const indices = [
		0,4,6, 0,6,2,  1,3,7, 1,7,5,
		0,1,5, 0,5,4,  2,6,7, 2,7,3,
		0,2,3, 0,3,1,  4,5,7, 4,7,6,
	];
	return asMesh(positions, indices);
}

/** A torus around +Y: genus 1. */
export function torus(
	majorSegments = 40,
	minorSegments = 20,
	majorRadius = 1,
	minorRadius = 0.4,
): Mesh {
	const positions: number[] = [];
	const indices: number[] = [];
	for (let i = 0; i < majorSegments; i++) {
		const u = (2 * Math.PI * i) / majorSegments;
		for (let j = 0; j < minorSegments; j++) {
			const v = (2 * Math.PI * j) / minorSegments;
			const r = majorRadius + minorRadius * Math.cos(v);
			positions.push(
				r * Math.sin(u),
				minorRadius * Math.sin(v),
				r * Math.cos(u),
			);
			const i1 = (i + 1) % majorSegments;
			const j1 = (j + 1) % minorSegments;
			const a = i * minorSegments + j;
			const b = i1 * minorSegments + j;
			const c = i1 * minorSegments + j1;
			const d = i * minorSegments + j1;
			indices.push(a, b, c, a, c, d);
		}
	}
	return asMesh(positions, indices);
}

/**
 * The boundary of a random voxel blob in a grid of `size`³: rough, with handles and cavities, and
 * with edges and vertices where voxels only touch. Closed and oriented, but not always manifold.
 */
export function voxelBlob(size: number, random: () => number): Mesh {
	const balls = Array.from({ length: 6 }, () => ({
		x: size * (0.25 + 0.5 * random()),
		y: size * (0.25 + 0.5 * random()),
		z: size * (0.25 + 0.5 * random()),
		r: size * (0.1 + 0.12 * random()),
	}));
	const filled = new Uint8Array(size ** 3);
	const at = (x: number, y: number, z: number): number =>
		x < 0 || y < 0 || z < 0 || x >= size || y >= size || z >= size
			? 0
			: filled[(z * size + y) * size + x];
	for (let z = 1; z < size - 1; z++)
		for (let y = 1; y < size - 1; y++)
			for (let x = 1; x < size - 1; x++)
				for (const b of balls) {
					const d = Math.hypot(x + 0.5 - b.x, y + 0.5 - b.y, z + 0.5 - b.z);
					if (d < b.r * (0.8 + 0.4 * random()))
						filled[(z * size + y) * size + x] = 1;
				}
	// Corner offsets of each side, counter-clockwise from outside.
	const sides: readonly [number, number, number, readonly number[]][] = [
		[-1, 0, 0, [0, 4, 6, 2]],
		[1, 0, 0, [1, 3, 7, 5]],
		[0, -1, 0, [0, 1, 5, 4]],
		[0, 1, 0, [2, 6, 7, 3]],
		[0, 0, -1, [0, 2, 3, 1]],
		[0, 0, 1, [4, 5, 7, 6]],
	];
	const positions: number[] = [];
	const indices: number[] = [];
	const vertexOf = new Map<number, number>();
	const corner = (x: number, y: number, z: number, k: number): number => {
		const [cx, cy, cz] = [x + (k & 1), y + ((k >> 1) & 1), z + (k >> 2)];
		const key = (cz * (size + 1) + cy) * (size + 1) + cx;
		const known = vertexOf.get(key);
		if (known !== undefined) return known;
		positions.push(cx / size - 0.5, cy / size - 0.5, cz / size - 0.5);
		vertexOf.set(key, positions.length / 3 - 1);
		return positions.length / 3 - 1;
	};
	for (let z = 0; z < size; z++)
		for (let y = 0; y < size; y++)
			for (let x = 0; x < size; x++) {
				if (!at(x, y, z)) continue;
				for (const [dx, dy, dz, quad] of sides) {
					if (at(x + dx, y + dy, z + dz)) continue;
					const [a, b, c, d] = quad.map((k) => corner(x, y, z, k));
					indices.push(a, b, c, a, c, d);
				}
			}
	return asMesh(positions, indices);
}

/** Several meshes as one, without joining anything. Positions only. */
export function join(...meshes: readonly Mesh[]): Mesh {
	const positions: number[] = [];
	const indices: number[] = [];
	for (const mesh of meshes) {
		const first = positions.length / 3;
		for (const x of mesh.positions) positions.push(x);
		for (const v of mesh.indices) indices.push(first + v);
	}
	return asMesh(positions, indices);
}

/** The mesh moved by (x, y, z). */
export function translated(mesh: Mesh, x: number, y: number, z: number): Mesh {
	const offset = [x, y, z];
	return {
		...mesh,
		positions: mesh.positions.map((p, i) => p + offset[i % 3]),
	};
}

/** The mesh turned inside out. */
export function flipped(mesh: Mesh): Mesh {
	const indices = mesh.indices.slice();
	for (let h = 0; h < indices.length; h += 3) {
		indices[h + 1] = mesh.indices[h + 2];
		indices[h + 2] = mesh.indices[h + 1];
	}
	return { ...mesh, indices };
}

/** The mesh without some of its triangles. */
export function withoutTriangles(
	mesh: Mesh,
	triangles: readonly number[],
): Mesh {
	const gone = new Set(triangles);
	return {
		...mesh,
		indices: mesh.indices.filter((_, h) => !gone.has(Math.floor(h / 3))),
	};
}

/** The mesh with three vertices of its own for every triangle, like an STL file. */
export function exploded(mesh: Mesh): Mesh {
	const positions = new Float32Array(mesh.indices.length * 3);
	for (let h = 0; h < mesh.indices.length; h++)
		for (let k = 0; k < 3; k++)
			positions[h * 3 + k] = mesh.positions[mesh.indices[h] * 3 + k];
	return { positions, indices: mesh.indices.map((_, h) => h) };
}

function asMesh(positions: number[], indices: number[]): Mesh {
	return {
		positions: Float32Array.from(positions),
		indices: Uint32Array.from(indices),
	};
}
