import type { Camera } from "../../src/core/camera.ts";
import type { Mesh } from "../../src/core/mesh.ts";
import {
	canonicalCamera,
	projectionMatrix,
} from "../../src/kernel/math/camera.ts";
import { rasterize } from "../../src/kernel/raster/rasterize.ts";
import { cowMesh } from "../inputs.ts";
import { medianTimes, REPEATS } from "../measure-time.ts";
import type { Row, Task } from "../task.ts";

const FACES = { tiny: 400, quick: 40_000, full: 40_000 };
const SIDES = { tiny: [32], quick: [512, 1536], full: [512, 1024, 1536] };

/** Scanlines against edge functions over each triangle's box. */
export const rasterizeTask: Task = {
	name: "rasterize",
	async run(size) {
		const mesh = await cowMesh(128, FACES[size]);
		const rows: Row[] = [];
		for (const side of SIDES[size]) {
			const camera = canonicalCamera("front", side, side);
			const [ms, referenceMs] = await medianTimes(
				REPEATS[size],
				() => rasterize(mesh, camera),
				() => rasterizeNaively(mesh, camera),
			);
			const ours = rasterize(mesh, camera).depth;
			const theirs = rasterizeNaively(mesh, camera);
			let covered = 0;
			let differing = 0;
			for (let i = 0; i < ours.length; i++) {
				if (ours[i] < Infinity) covered++;
				if (Math.abs(ours[i] - theirs[i]) > 1e-4) differing++;
			}
			rows.push({
				case: `cow, ${mesh.indices.length / 3} triangles, ${side} × ${side}`,
				ms,
				reference: "edge functions over boxes",
				referenceMs,
				figures: {
					"ns per covered pixel": (ms * 1e6) / covered,
					"differing share": differing / covered,
				},
			});
		}
		return rows;
	},
};

function rasterizeNaively(
	mesh: Mesh,
	camera: Camera,
): Float32Array /* [height × width] depth */ {
	const { positions: p, indices } = mesh;
	const { width, height } = camera;
	const m = projectionMatrix(camera);
	const depth = new Float32Array(width * height).fill(Infinity);
	const project = (v: number): number[] => {
		const [x, y, d] = [0, 4, 8].map(
			(r) =>
				m[r] * p[v * 3] +
				m[r + 1] * p[v * 3 + 1] +
				m[r + 2] * p[v * 3 + 2] +
				m[r + 3],
		);
		return [x / d, y / d, d];
	};
	for (let t = 0; t < indices.length; t += 3) {
		const [ax, ay, ad] = project(indices[t]);
		const [bx, by, bd] = project(indices[t + 1]);
		const [cx, cy, cd] = project(indices[t + 2]);
		const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
		const xEnd = Math.min(width, Math.ceil(Math.max(ax, bx, cx)));
		const yEnd = Math.min(height, Math.ceil(Math.max(ay, by, cy)));
		for (let y = Math.max(0, Math.floor(Math.min(ay, by, cy))); y < yEnd; y++)
			for (
				let x = Math.max(0, Math.floor(Math.min(ax, bx, cx)));
				x < xEnd;
				x++
			) {
				const dx = x + 0.5 - ax;
				const dy = y + 0.5 - ay;
				const wb = (dx * (cy - ay) - dy * (cx - ax)) / area;
				const wc = (dy * (bx - ax) - dx * (by - ay)) / area;
				if (!(wb >= 0 && wc >= 0 && wb + wc <= 1)) continue;
				const d = 1 / ((1 - wb - wc) / ad + wb / bd + wc / cd);
				if (d < depth[y * width + x]) depth[y * width + x] = d;
			}
	}
	return depth;
}
