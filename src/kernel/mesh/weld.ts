import type { Mesh } from "../../core/mesh.ts";

export interface Weld {
	/** Positions, indices, and the mean of the colours where there were some. */
	readonly mesh: Mesh;
	readonly srcToDst: Uint32Array; // [source vertexCount]
}

/**
 * Makes vertices at the same position one vertex, and drops triangles that thereby lose a corner.
 * The same position means equal bits, except that −0 equals 0: no tolerance, so nothing moves.
 * Vertices keep the order of their first appearance; normals and UVs are left behind.
 */
export function weld(src: Mesh): Weld {
	const { srcToDst, positions } = weldPositions(src.positions);
	const vertexCount = positions.length / 3;

	const indices = new Uint32Array(src.indices.length);
	let used = 0;
	for (let h = 0; h < src.indices.length; h += 3) {
		const a = srcToDst[src.indices[h]];
		const b = srcToDst[src.indices[h + 1]];
		const c = srcToDst[src.indices[h + 2]];
		if (a === b || b === c || c === a) continue;
		indices[used] = a;
		indices[used + 1] = b;
		indices[used + 2] = c;
		used += 3;
	}
	const mesh = {
		positions,
		indices: used === indices.length ? indices : indices.slice(0, used),
	};
	if (!src.colors) return { mesh, srcToDst };
	return {
		mesh: {
			...mesh,
			colors: averageColors(src.colors, srcToDst, vertexCount),
		},
		srcToDst,
	};
}

/** Finds which vertices share a position. Open addressing on a hash of the three bit patterns. */
export function weldPositions(positions: Float32Array): {
	readonly srcToDst: Uint32Array; // [source vertexCount]
	readonly positions: Float32Array; // [welded vertexCount × 3]
} {
	const srcCount = positions.length / 3;
	// x + 0 turns −0 into 0 and leaves every other value alone.
	const clean = new Float32Array(positions.length);
	for (let i = 0; i < positions.length; i++) clean[i] = positions[i] + 0;
	const bits = new Uint32Array(clean.buffer);

	let capacity = 16;
	while (capacity < srcCount * 2) capacity *= 2;
	const table = new Int32Array(capacity).fill(-1); // welded vertex
	const srcToDst = new Uint32Array(srcCount);
	let dstCount = 0;
	for (let v = 0; v < srcCount; v++) {
		const x = bits[v * 3];
		const y = bits[v * 3 + 1];
		const z = bits[v * 3 + 2];
		let hash =
			Math.imul(x, 0x9e3779b1) ^
			Math.imul(y, 0x85ebca6b) ^
			Math.imul(z, 0xc2b2ae35);
		hash ^= hash >>> 15;
		hash = Math.imul(hash, 0x2c1b3c6d);
		hash ^= hash >>> 13;
		let slot = hash & (capacity - 1);
		let found = table[slot];
		while (
			found >= 0 &&
			(bits[found * 3] !== x ||
				bits[found * 3 + 1] !== y ||
				bits[found * 3 + 2] !== z)
		) {
			slot = (slot + 1) & (capacity - 1);
			found = table[slot];
		}
		if (found < 0) {
			found = dstCount++;
			table[slot] = found;
			// In place: dstCount never overtakes v.
			bits[found * 3] = x;
			bits[found * 3 + 1] = y;
			bits[found * 3 + 2] = z;
		}
		srcToDst[v] = found;
	}
	return { srcToDst, positions: clean.slice(0, dstCount * 3) };
}

function averageColors(
	colors: Float32Array, // [source vertexCount × 4]
	srcToDst: Uint32Array, // [source vertexCount]
	dstCount: number,
): Float32Array /* [dstCount × 4] */ {
	const out = new Float32Array(dstCount * 4);
	const counts = new Uint32Array(dstCount);
	for (let v = 0; v < srcToDst.length; v++) {
		const d = srcToDst[v];
		counts[d]++;
		for (let k = 0; k < 4; k++) out[d * 4 + k] += colors[v * 4 + k];
	}
	for (let d = 0; d < dstCount; d++)
		for (let k = 0; k < 4; k++) out[d * 4 + k] /= counts[d];
	return out;
}
