import type { Mesh } from "../../core/mesh.ts";

/** Drops vertices that no triangle uses, with all their attributes. Order is kept. */
export function compact(src: Mesh): Mesh {
	const srcCount = src.positions.length / 3;
	const srcToDst = new Int32Array(srcCount).fill(-1);
	for (let h = 0; h < src.indices.length; h++) srcToDst[src.indices[h]] = 0;
	let dstCount = 0;
	for (let v = 0; v < srcCount; v++)
		if (srcToDst[v] === 0) srcToDst[v] = dstCount++;
	if (dstCount === srcCount) return src;

	const indices = new Uint32Array(src.indices.length);
	for (let h = 0; h < indices.length; h++)
		indices[h] = srcToDst[src.indices[h]];
	const pick = (data: Float32Array, width: number): Float32Array => {
		const out = new Float32Array(dstCount * width);
		for (let v = 0; v < srcCount; v++) {
			const d = srcToDst[v];
			if (d < 0) continue;
			for (let k = 0; k < width; k++) out[d * width + k] = data[v * width + k];
		}
		return out;
	};
	return {
		positions: pick(src.positions, 3),
		indices,
		...(src.normals && { normals: pick(src.normals, 3) }),
		...(src.uvs && { uvs: pick(src.uvs, 2) }),
		...(src.colors && { colors: pick(src.colors, 4) }),
	};
}
