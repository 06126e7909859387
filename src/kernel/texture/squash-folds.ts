import { centreSpans, createTexelSpans } from "./texel-spans.ts";

/** A layout whose folds are gone: some vertices were added at the end. */
export interface Squashed {
	readonly indices: Uint32Array; // [triangleCount × 3]
	readonly srcVertex: Uint32Array; // [vertexCount]
	readonly uvs: Float32Array; // [vertexCount × 2]
}

/**
 * Slivers that fold over their neighbours by a few texels are pressed flat onto their longest edge:
 * they keep their place and show its colours, and no texel is claimed twice.
 */
export function squashFolds(
	indices: Uint32Array, // [triangleCount × 3]
	srcVertex: Uint32Array, // [vertexCount]
	uvs: Float32Array, // [vertexCount × 2]
	textureSize: number,
): Squashed {
	const size = textureSize;
	const claims = new Int32Array(size * size).fill(-1);
	const spans = createTexelSpans(size);
	const { bounds } = spans;
	const triangleCount = indices.length / 3;
	const folded = new Uint8Array(triangleCount);
	let foldedCount = 0;
	for (let t = 0; t < triangleCount; t++) {
		const a = 2 * indices[3 * t];
		const b = 2 * indices[3 * t + 1];
		const c = 2 * indices[3 * t + 2];
		const rows = centreSpans(
			spans,
			uvs[a] * size,
			uvs[a + 1] * size,
			uvs[b] * size,
			uvs[b + 1] * size,
			uvs[c] * size,
			uvs[c + 1] * size,
			size,
			size,
		);
		for (let r = 0; r < rows && folded[t] === 0; r++) {
			const end = (spans.top + r) * size + bounds[2 * r + 1];
			for (let i = (spans.top + r) * size + bounds[2 * r]; i < end; i++) {
				const s = claims[i];
				if (s < 0 || folded[s] !== 0) {
					claims[i] = t;
					continue;
				}
				const smaller =
					areaOf(uvs, indices, t) < areaOf(uvs, indices, s) ? t : s;
				if (smaller === s) claims[i] = t;
				foldedCount++;
				folded[smaller] = 1;
				if (smaller === t) break;
			}
		}
	}
	if (foldedCount === 0) return { indices, srcVertex, uvs };
	const outIndices = indices.slice();
	const outSrc = new Uint32Array(srcVertex.length + 3 * foldedCount);
	outSrc.set(srcVertex);
	const outUvs = new Float32Array(2 * outSrc.length);
	outUvs.set(uvs);
	let next = srcVertex.length;
	for (let t = 0; t < triangleCount; t++) {
		if (folded[t] === 0) continue;
		let longest = 0;
		let longestSquared = -1;
		for (let k = 0; k < 3; k++) {
			const p = 2 * indices[3 * t + k];
			const q = 2 * indices[3 * t + ((k + 1) % 3)];
			const squared = (uvs[q] - uvs[p]) ** 2 + (uvs[q + 1] - uvs[p + 1]) ** 2;
			if (squared > longestSquared) {
				longestSquared = squared;
				longest = k;
			}
		}
		const p = 2 * indices[3 * t + longest];
		const q = 2 * indices[3 * t + ((longest + 1) % 3)];
		const r = 2 * indices[3 * t + ((longest + 2) % 3)];
		const along =
			longestSquared > 0
				? ((uvs[r] - uvs[p]) * (uvs[q] - uvs[p]) +
						(uvs[r + 1] - uvs[p + 1]) * (uvs[q + 1] - uvs[p + 1])) /
					longestSquared
				: 0;
		for (let k = 0; k < 3; k++) {
			const old = indices[3 * t + ((longest + k) % 3)];
			outSrc[next] = srcVertex[old];
			outUvs[2 * next] =
				k === 2 ? uvs[p] + along * (uvs[q] - uvs[p]) : uvs[2 * old];
			outUvs[2 * next + 1] =
				k === 2
					? uvs[p + 1] + along * (uvs[q + 1] - uvs[p + 1])
					: uvs[2 * old + 1];
			outIndices[3 * t + ((longest + k) % 3)] = next;
			next++;
		}
	}
	return { indices: outIndices, srcVertex: outSrc, uvs: outUvs };
}

function areaOf(uvs: Float32Array, indices: Uint32Array, t: number): number {
	const a = 2 * indices[3 * t];
	const b = 2 * indices[3 * t + 1];
	const c = 2 * indices[3 * t + 2];
	return Math.abs(
		(uvs[b] - uvs[a]) * (uvs[c + 1] - uvs[a + 1]) -
			(uvs[c] - uvs[a]) * (uvs[b + 1] - uvs[a + 1]),
	);
}
