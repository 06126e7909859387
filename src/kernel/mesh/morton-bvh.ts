import type { Mesh } from "../../core/mesh.ts";
import { type Bvh, fitCorners, LEAF_SIZE } from "./bvh.ts";

/** Cells along each axis of the curve: three times these bits make a code. */
const BITS = 10;
const DIGIT = 1 << BITS;

/**
 * A tree like that of `buildBvh` in a quarter of its time: triangles in the order of a space-filling curve, cut where its
 * codes' highest bit changes (Lauterbach et al., "Fast BVH construction on GPUs", 2009). On even meshes it is searched
 * about as fast; where triangles differ much in size, `buildBvh` cuts better.
 */
export function buildMortonBvh(mesh: Mesh): Bvh {
	const count = mesh.indices.length / 3;
	if (count === 0)
		throw new RangeError("a mesh without triangles has no bounding volumes");
	const { codes, order } = sortByCode(mesh);

	// (1) Corner positions in leaf order.
	const corners = new Float32Array(count * 9);
	for (let s = 0; s < count; s++) fitCorners(corners, s, mesh, order[s]);

	// (2) Nodes from the top, children in pairs.
	const child = new Uint32Array(2 * count);
	const start = new Uint32Array(2 * count);
	const end = new Uint32Array(2 * count);
	end[0] = count;
	let nodeCount = 1;
	for (let n = 0; n < nodeCount; n++) {
		if (end[n] - start[n] <= LEAF_SIZE) continue;
		const middle = cutAt(codes, start[n], end[n]);
		const left = nodeCount;
		nodeCount += 2;
		child[n] = left;
		start[left] = start[n];
		end[left] = middle;
		start[left + 1] = middle;
		end[left + 1] = end[n];
	}

	// (3) Their boxes from below: children come after their parents.
	const bounds = new Float32Array(nodeCount * 6);
	for (let n = nodeCount - 1; n >= 0; n--) {
		const left = child[n];
		for (let k = 0; k < 3; k++) {
			let low = Infinity;
			let high = -Infinity;
			if (left !== 0) {
				const a = left * 6 + k;
				low = Math.min(bounds[a], bounds[a + 6]);
				high = Math.max(bounds[a + 3], bounds[a + 9]);
			} else
				for (let i = start[n] * 9 + k; i < end[n] * 9; i += 3) {
					if (corners[i] < low) low = corners[i];
					if (corners[i] > high) high = corners[i];
				}
			bounds[n * 6 + k] = low;
			bounds[n * 6 + 3 + k] = high;
		}
	}
	return {
		mesh,
		bounds,
		child: child.slice(0, nodeCount),
		start: start.slice(0, nodeCount),
		end: end.slice(0, nodeCount),
		order,
		corners,
	};
}

/** Triangles in the order of their middles' codes on the Morton curve. */
function sortByCode({ positions: p, indices }: Mesh): {
	readonly codes: Uint32Array; // [triangleCount] ascending
	readonly order: Uint32Array; // [triangleCount]
} {
	const count = indices.length / 3;
	const sums = new Float32Array(count * 3); // three times the middles
	const low = [Infinity, Infinity, Infinity];
	const high = [-Infinity, -Infinity, -Infinity];
	for (let t = 0; t < count; t++)
		for (let k = 0; k < 3; k++) {
			const sum =
				p[indices[t * 3] * 3 + k] +
				p[indices[t * 3 + 1] * 3 + k] +
				p[indices[t * 3 + 2] * 3 + k];
			sums[t * 3 + k] = sum;
			if (sum < low[k]) low[k] = sum;
			if (sum > high[k]) high[k] = sum;
		}
	// Cubic cells; what is not finite goes to the first.
	const side = Math.max(...high.map((h, k) => h - low[k]));
	const scale = side > 0 && side < Infinity ? (DIGIT - 0.01) / side : 0;
	let codes = new Uint32Array(count);
	let order = new Uint32Array(count);
	for (let t = 0; t < count; t++) {
		order[t] = t;
		codes[t] =
			spread((sums[t * 3] - low[0]) * scale) |
			(spread((sums[t * 3 + 1] - low[1]) * scale) << 1) |
			(spread((sums[t * 3 + 2] - low[2]) * scale) << 2);
	}
	// Radix sort, ten bits at a time.
	let nextCodes = new Uint32Array(count);
	let nextOrder = new Uint32Array(count);
	const ends = new Uint32Array(DIGIT + 1);
	for (let shift = 0; shift < 3 * BITS; shift += BITS) {
		ends.fill(0);
		for (let n = 0; n < count; n++)
			ends[((codes[n] >>> shift) & (DIGIT - 1)) + 1]++;
		for (let d = 0; d < DIGIT; d++) ends[d + 1] += ends[d];
		for (let n = 0; n < count; n++) {
			const to = ends[(codes[n] >>> shift) & (DIGIT - 1)]++;
			nextCodes[to] = codes[n];
			nextOrder[to] = order[n];
		}
		[codes, nextCodes] = [nextCodes, codes];
		[order, nextOrder] = [nextOrder, order];
	}
	return { codes, order };
}

/** Ten bits with two others between each. */
function spread(x: number): number {
	let bits = x & (DIGIT - 1);
	bits = (bits | (bits << 16)) & 0x30000ff;
	bits = (bits | (bits << 8)) & 0x300f00f;
	bits = (bits | (bits << 4)) & 0x30c30c3;
	return (bits | (bits << 2)) & 0x9249249;
}

/** Where the highest bit in which the codes of [from, to) differ changes; the middle of equal ones. */
function cutAt(codes: Uint32Array, from: number, to: number): number {
	const differ = codes[from] ^ codes[to - 1];
	if (differ === 0) return (from + to) >>> 1;
	const bit = 1 << (31 - Math.clz32(differ));
	let low = from; // without the bit
	let high = to - 1; // with it
	while (low + 1 < high) {
		const middle = (low + high) >>> 1;
		if ((codes[middle] & bit) === 0) low = middle;
		else high = middle;
	}
	return high;
}
