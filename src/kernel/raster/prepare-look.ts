import type { TexturedMesh } from "../../core/asset.ts";
import { buildMipChain, type MipChain } from "./mip-chain.ts";

/** What drawing a textured mesh needs again for every picture. */
export interface Look {
	readonly mips: MipChain;
	readonly texelsPerUnit: Float32Array; // [triangleCount] texels of the base colour along one world unit
}

/** Prepares the base colour once for several pictures; undefined where the mesh has no texture. */
export function prepareLook({
	mesh,
	baseColor,
}: TexturedMesh): Look | undefined {
	const { positions: p, indices, uvs } = mesh;
	if (!baseColor || !uvs) return undefined;
	const texelCount = baseColor.width * baseColor.height;
	const texelsPerUnit = new Float32Array(Math.floor(indices.length / 3));
	for (let t = 0; t < texelsPerUnit.length; t++) {
		const i = indices[t * 3];
		const j = indices[t * 3 + 1];
		const k = indices[t * 3 + 2];
		const ux = p[j * 3] - p[i * 3];
		const uy = p[j * 3 + 1] - p[i * 3 + 1];
		const uz = p[j * 3 + 2] - p[i * 3 + 2];
		const vx = p[k * 3] - p[i * 3];
		const vy = p[k * 3 + 1] - p[i * 3 + 1];
		const vz = p[k * 3 + 2] - p[i * 3 + 2];
		const x = uy * vz - uz * vy;
		const y = uz * vx - ux * vz;
		const z = ux * vy - uy * vx;
		const area = Math.sqrt(x * x + y * y + z * z);
		const texels =
			Math.abs(
				(uvs[j * 2] - uvs[i * 2]) * (uvs[k * 2 + 1] - uvs[i * 2 + 1]) -
					(uvs[k * 2] - uvs[i * 2]) * (uvs[j * 2 + 1] - uvs[i * 2 + 1]),
			) * texelCount;
		texelsPerUnit[t] = area > 0 ? Math.sqrt(texels / area) : 0;
	}
	return { mips: buildMipChain(baseColor), texelsPerUnit };
}
