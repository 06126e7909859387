import type { Mesh } from "../../core/mesh.ts";
import type { TexelMap } from "./texel-map.ts";

/** The point of the surface that each texel shows, in the order of `map.texels`. */
export function texelPositions(
	{ positions: p, indices }: Mesh,
	{ texels, triangle, bary }: TexelMap,
): Float32Array /* [texelCount × 3] */ {
	const out = new Float32Array(3 * texels.length);
	for (let n = 0; n < texels.length; n++) {
		const texel = texels[n];
		const t = 3 * triangle[texel];
		const a = 3 * indices[t];
		const b = 3 * indices[t + 1];
		const c = 3 * indices[t + 2];
		const wb = bary[2 * texel];
		const wc = bary[2 * texel + 1];
		const wa = 1 - wb - wc;
		for (let k = 0; k < 3; k++)
			out[3 * n + k] = wa * p[a + k] + wb * p[b + k] + wc * p[c + k];
	}
	return out;
}
