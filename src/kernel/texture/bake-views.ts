import type { Mesh } from "../../core/mesh.ts";
import { sharedBytes, type TaskContext } from "../../core/parallel.ts";
import type { View } from "../../core/view.ts";
import type { ExposureBalance } from "./balance-exposure.ts";
import type { MeshPoints } from "./blend-range.ts";
import { type BlendOptions, blendViews } from "./blend-views.ts";
import type { TexelMap } from "./texel-map.ts";

/** Colours of the texels of a `TexelMap`, in the order of its `texels`. */
export interface BakeResult {
	readonly color: Float32Array; // [texelCount × 3] linear RGB
	readonly confidence: Float32Array; // [texelCount] 0–1; 0: no view
	readonly viewCount: Uint8Array; // [texelCount] views that see the texel
	readonly positions: Float32Array; // [texelCount × 3] where the texel lies on the surface
	readonly normals: Float32Array; // [texelCount × 3] unit
	/** Views that see most of each triangle. */
	readonly seenBy: Uint16Array; // [triangleCount]
	/** What was found about exposure, where there were views to compare. */
	readonly exposure?: ExposureBalance;
}

/** Projects the views onto the texels of a surface. Texels no view sees stay black with confidence 0. */
export async function bakeViews(
	mesh: Mesh,
	views: readonly View[],
	texels: TexelMap,
	options: BlendOptions = {},
	ctx: TaskContext = {},
): Promise<BakeResult> {
	const points = texelPoints(mesh, texels);
	const { triangles } = points;
	const blend = await blendViews(mesh, views, points, options, ctx);
	const count = texels.texels.length;
	return {
		color: blend.color.subarray(0, 3 * count),
		confidence: blend.confidence.subarray(0, count),
		viewCount: blend.viewCount.subarray(0, count),
		positions: points.positions.subarray(0, 3 * count),
		normals: points.normals.subarray(0, 3 * count),
		seenBy: seenByMost(triangles, mesh.indices.length / 3, blend.seen),
		...(blend.exposure ? { exposure: blend.exposure } : {}),
	};
}

/** How many views see at least half of the points of each triangle. */
function seenByMost(
	triangles: Uint32Array, // [count] of each point
	triangleCount: number,
	seen: Uint32Array, // [words × count] a bit for each view
): Uint16Array /* [triangleCount] */ {
	const count = triangles.length;
	const seenBy = new Uint16Array(triangleCount);
	const pointCount = new Uint32Array(triangleCount);
	for (let i = 0; i < count; i++) pointCount[triangles[i]]++;
	const hits = new Uint32Array(32 * triangleCount);
	for (let words = 0; words < seen.length; words += count) {
		hits.fill(0);
		for (let i = 0; i < count; i++)
			for (let bits = seen[words + i]; bits !== 0; bits &= bits - 1)
				hits[(31 - Math.clz32(bits & -bits)) * triangleCount + triangles[i]]++;
		for (let h = 0; h < hits.length; h++) {
			const t = h % triangleCount;
			if (hits[h] > 0 && 2 * hits[h] >= pointCount[t]) seenBy[t]++;
		}
	}
	return seenBy;
}

/** The surface points of all texels, and after them the middles of triangles that have no texel. In shared memory. */
function texelPoints(mesh: Mesh, map: TexelMap): MeshPoints {
	const { positions: p, normals: n, indices } = mesh;
	if (!n) throw new TypeError("the mesh has no normals");
	const triangleCount = indices.length / 3;
	const texelCount = map.texels.length;
	const hasTexel = new Uint8Array(triangleCount);
	for (let i = 0; i < texelCount; i++)
		hasTexel[map.triangle[map.texels[i]]] = 1;
	let count = texelCount;
	for (let t = 0; t < triangleCount; t++) if (hasTexel[t] === 0) count++;
	const floats = (each: number): Float32Array =>
		new Float32Array(sharedBytes(4 * each * count));
	const positions = floats(3);
	const normals = floats(3);
	const spacing = floats(1);
	const bary = floats(2);
	const triangles = new Uint32Array(sharedBytes(4 * count));
	const triangleSpacing = texelSpacing(mesh, map.size);
	let extra = texelCount;
	for (let t = 0; t < triangleCount; t++)
		if (hasTexel[t] === 0) triangles[extra++] = t;
	for (let i = 0; i < count; i++) {
		const texel = i < texelCount ? map.texels[i] : -1;
		const t = texel >= 0 ? map.triangle[texel] : triangles[i];
		const wb = texel >= 0 ? map.bary[2 * texel] : 1 / 3;
		const wc = texel >= 0 ? map.bary[2 * texel + 1] : 1 / 3;
		const wa = 1 - wb - wc;
		const a = 3 * indices[3 * t];
		const b = 3 * indices[3 * t + 1];
		const c = 3 * indices[3 * t + 2];
		triangles[i] = t;
		bary[2 * i] = wb;
		bary[2 * i + 1] = wc;
		spacing[i] = triangleSpacing[t];
		positions[3 * i] = wa * p[a] + wb * p[b] + wc * p[c];
		positions[3 * i + 1] = wa * p[a + 1] + wb * p[b + 1] + wc * p[c + 1];
		positions[3 * i + 2] = wa * p[a + 2] + wb * p[b + 2] + wc * p[c + 2];
		const x = wa * n[a] + wb * n[b] + wc * n[c];
		const y = wa * n[a + 1] + wb * n[b + 1] + wc * n[c + 1];
		const z = wa * n[a + 2] + wb * n[b + 2] + wc * n[c + 2];
		const inverse = 1 / (Math.sqrt(x * x + y * y + z * z) || 1);
		normals[3 * i] = x * inverse;
		normals[3 * i + 1] = y * inverse;
		normals[3 * i + 2] = z * inverse;
	}
	return { count, positions, normals, spacing, triangles, bary };
}

/** World length of one texel on each triangle: the root of the area it covers. */
function texelSpacing(
	mesh: Mesh,
	size: number,
): Float32Array /* [triangleCount] */ {
	const { positions: p, indices, uvs } = mesh;
	if (!uvs) throw new TypeError("the mesh has no uvs");
	const out = new Float32Array(indices.length / 3);
	for (let t = 0; t < out.length; t++) {
		const a = indices[3 * t];
		const b = indices[3 * t + 1];
		const c = indices[3 * t + 2];
		const ux = p[3 * b] - p[3 * a];
		const uy = p[3 * b + 1] - p[3 * a + 1];
		const uz = p[3 * b + 2] - p[3 * a + 2];
		const vx = p[3 * c] - p[3 * a];
		const vy = p[3 * c + 1] - p[3 * a + 1];
		const vz = p[3 * c + 2] - p[3 * a + 2];
		const x = uy * vz - uz * vy;
		const y = uz * vx - ux * vz;
		const z = ux * vy - uy * vx;
		const world = Math.sqrt(x * x + y * y + z * z);
		const flat =
			Math.abs(
				(uvs[2 * b] - uvs[2 * a]) * (uvs[2 * c + 1] - uvs[2 * a + 1]) -
					(uvs[2 * c] - uvs[2 * a]) * (uvs[2 * b + 1] - uvs[2 * a + 1]),
			) *
			size *
			size;
		out[t] = flat > 1e-9 ? Math.sqrt(world / flat) : 0;
	}
	return out;
}
