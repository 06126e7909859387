import type { Mesh } from "../../src/core/mesh.ts";
import type { View } from "../../src/core/view.ts";
import { srgbToLinear } from "../../src/kernel/image/srgb.ts";
import {
	cameraCentre,
	projectionMatrix,
} from "../../src/kernel/math/camera.ts";
import { buildBvh } from "../../src/kernel/mesh/bvh.ts";
import { vertexNormals } from "../../src/kernel/mesh/normals.ts";
import { anyHits } from "../../src/kernel/mesh/raycast.ts";
import { bakeViews } from "../../src/kernel/texture/bake-views.ts";
import { mapTexels } from "../../src/kernel/texture/texel-map.ts";
import { unwrap } from "../../src/kernel/texture/unwrap.ts";
import { cowMesh, cowViews } from "../inputs.ts";
import { medianTimes, REPEATS } from "../measure-time.ts";
import type { Task } from "../task.ts";

const FACES = { tiny: 400, quick: 4000, full: 20_000 };
const TEXTURE_SIZE = { tiny: 64, quick: 256, full: 1024 };
const MIN_COSINE = 0.1;

/** Texel map and projection of six views, against a loop that asks every texel and view by itself. */
export const bake: Task = {
	name: "bake",
	async run(size) {
		const textureSize = TEXTURE_SIZE[size];
		const views = await cowViews();
		const flat = unwrap(await cowMesh(128, FACES[size]), { textureSize }).mesh;
		const mesh = {
			...flat,
			normals: vertexNormals(flat, { acrossSeams: true }),
		};
		const fast = async (): Promise<Float32Array> => {
			const texels = mapTexels(mesh, textureSize);
			const { color, confidence } = await bakeViews(mesh, views, texels);
			const out = new Float32Array(textureSize * textureSize * 3).fill(NaN);
			for (const [i, texel] of texels.texels.entries())
				if (confidence[i] > 0.9)
					out.set(color.subarray(i * 3, i * 3 + 3), texel * 3);
			return out;
		};
		const naive = (): Float32Array => bakeNaively(mesh, views, textureSize);
		const [ms, referenceMs] = await medianTimes(
			Math.min(2, REPEATS[size]),
			fast,
			naive,
		);
		return [
			{
				case: `cow, ${FACES[size]} triangles, ${textureSize} texels, ${views.length} views`,
				ms,
				reference: "texel by texel, by rays",
				referenceMs,
				figures: { "mean difference": meanDifference(await fast(), naive()) },
			},
		];
	},
};

interface TexelPoint {
	readonly texel: number;
	readonly position: readonly number[];
	readonly normal: readonly number[];
	readonly sum: [number, number, number];
	total: number;
}

/** Linear RGB of each texel whose centre lies in a triangle; NaN where no view sees it. */
function bakeNaively(
	mesh: Mesh,
	views: readonly View[],
	size: number,
): Float32Array /* [size × size × 3] */ {
	const bvh = buildBvh(mesh);
	const points = listTexels(mesh, size);
	const origins = Float32Array.from(points.flatMap((point) => point.position));
	for (const view of views) {
		const eye = cameraCentre(view.camera);
		const towards = origins.map((x, i) => eye[i % 3] - x);
		const hidden = anyHits(bvh, origins, towards, { minDistance: 1e-3 });
		const m = projectionMatrix(view.camera);
		for (const [i, point] of points.entries()) {
			const cosine =
				point.normal.reduce((sum, n, k) => sum + n * towards[i * 3 + k], 0) /
				(Math.hypot(...towards.subarray(i * 3, i * 3 + 3)) *
					Math.hypot(...point.normal));
			if (hidden[i] || !(cosine > MIN_COSINE)) continue;
			const [x, y, z] = point.position;
			const [u, v, d] = [0, 4, 8].map(
				(r) => m[r] * x + m[r + 1] * y + m[r + 2] * z + m[r + 3],
			);
			const weight = cosine ** 6;
			const color = readBilinear(view, u / d, v / d);
			for (let k = 0; k < 3; k++) point.sum[k] += weight * color[k];
			point.total += weight;
		}
	}
	const out = new Float32Array(size * size * 3).fill(NaN);
	for (const { texel, sum, total } of points)
		for (let k = 0; k < 3; k++) out[texel * 3 + k] = sum[k] / total;
	return out;
}

function listTexels(mesh: Mesh, size: number): TexelPoint[] {
	const { positions: p, normals: n, uvs, indices } = mesh;
	if (!n || !uvs) throw new TypeError("the mesh needs normals and uvs");
	const points: TexelPoint[] = [];
	for (let t = 0; t < indices.length; t += 3) {
		const [a, b, c] = indices.subarray(t, t + 3);
		const us = [a, b, c].map((v) => uvs[v * 2] * size);
		const vs = [a, b, c].map((v) => uvs[v * 2 + 1] * size);
		const area =
			(us[1] - us[0]) * (vs[2] - vs[0]) - (us[2] - us[0]) * (vs[1] - vs[0]);
		for (let y = Math.floor(Math.min(...vs)); y < Math.max(...vs); y++)
			for (let x = Math.floor(Math.min(...us)); x < Math.max(...us); x++) {
				const dx = x + 0.5 - us[0];
				const dy = y + 0.5 - vs[0];
				const wb = (dx * (vs[2] - vs[0]) - dy * (us[2] - us[0])) / area;
				const wc = (dy * (us[1] - us[0]) - dx * (vs[1] - vs[0])) / area;
				if (!(wb >= 0 && wc >= 0 && wb + wc <= 1)) continue;
				const mix = (from: Float32Array): number[] =>
					[0, 1, 2].map(
						(k) =>
							(1 - wb - wc) * from[a * 3 + k] +
							wb * from[b * 3 + k] +
							wc * from[c * 3 + k],
					);
				points.push({
					texel: y * size + x,
					position: mix(p),
					normal: mix(n),
					sum: [0, 0, 0],
					total: 0,
				});
			}
	}
	return points;
}

function readBilinear({ image }: View, u: number, v: number): number[] {
	const { width, height, data } = image;
	const x = Math.min(width - 1.001, Math.max(0, u - 0.5));
	const y = Math.min(height - 1.001, Math.max(0, v - 0.5));
	const at = (dx: number, dy: number, k: number): number =>
		srgbToLinear(
			data[((Math.floor(y) + dy) * width + Math.floor(x) + dx) * 4 + k] / 255,
		);
	const fx = x % 1;
	const fy = y % 1;
	return [0, 1, 2].map(
		(k) =>
			(1 - fy) * ((1 - fx) * at(0, 0, k) + fx * at(1, 0, k)) +
			fy * ((1 - fx) * at(0, 1, k) + fx * at(1, 1, k)),
	);
}

/** Over the texels that both have. */
function meanDifference(a: Float32Array, b: Float32Array): number {
	let sum = 0;
	let count = 0;
	for (let i = 0; i < a.length; i++) {
		const difference = Math.abs(a[i] - b[i]);
		if (Number.isNaN(difference)) continue;
		sum += difference;
		count++;
	}
	return sum / count;
}
