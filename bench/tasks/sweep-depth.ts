import type { Camera } from "../../src/core/camera.ts";
import { colorPyramid } from "../../src/kernel/image/color-pyramid.ts";
import {
	cameraCentre,
	pixelRay,
	projectionMatrix,
} from "../../src/kernel/math/camera.ts";
import { icosphere } from "../../src/kernel/mesh/shapes.ts";
import {
	lookFrom,
	paintedView,
	spreadEyes,
} from "../../src/kernel/optimize/painted-view.test-support.ts";
import {
	createSweepMemory,
	type HullDepths,
	SWEEP_DEFAULTS,
	type SweepView,
	sweepDepth,
	sweepView,
} from "../../src/kernel/optimize/sweep-depth.ts";
import { rasterize } from "../../src/kernel/raster/rasterize.ts";
import { medianTimes, REPEATS } from "../measure-time.ts";
import type { Row, Task } from "../task.ts";

const SIDES = { tiny: [32], quick: [128], full: [128, 256] };
const RADIUS = 0.45;
const HULL_RADIUS = 0.5;
const NEIGHBOURS = 5;

/** A painted ball inside a larger hull, one view against five: ours, and the same matches pixel by pixel, unsmoothed. */
export const sweepDepthTask: Task = {
	name: "sweep-depth",
	async run(size) {
		const rows: Row[] = [];
		for (const side of SIDES[size]) {
			const ball = icosphere(4, RADIUS);
			const views = spreadEyes(24, 2.5).map(([x, y, z]) => {
				const { image, mask, camera } = paintedView(
					ball,
					lookFrom(x, y, z, side, 1.9 * side),
				);
				return sweepView(camera, colorPyramid(image, mask, 1)[0]);
			});
			const first = views[10];
			const neighbours = [...views]
				.filter((view) => view !== first)
				.sort((p, q) => apart(first, p) - apart(first, q))
				.slice(0, NEIGHBOURS);
			const enter = rasterize(icosphere(4, HULL_RADIUS), first.camera).depth;
			const hull = { enter, reach: enter.map((d) => (d < 9 ? 0.4 : 0)) };
			const memory = createSweepMemory();
			const truth = rasterize(ball, first.camera).depth;
			const [ms, referenceMs] = await medianTimes(
				REPEATS[size],
				() => sweepDepth(first, neighbours, hull, SWEEP_DEFAULTS, memory),
				() => sweepPlainly(first, neighbours, hull),
			);
			const ours = sweepDepth(first, neighbours, hull).depth;
			const plain = sweepPlainly(first, neighbours, hull);
			rows.push({
				case: `${side} px, ${NEIGHBOURS} neighbours`,
				ms,
				reference: "pixel by pixel, not smoothed",
				referenceMs,
				figures: {
					"median error": medianError(ours, truth),
					"its median error": medianError(plain, truth),
				},
			});
		}
		return rows;
	},
};

function apart(a: SweepView, b: SweepView): number {
	const [p, q] = [cameraCentre(a.camera), cameraCentre(b.camera)];
	return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

function medianError(depth: Float32Array, truth: Float32Array): number {
	const errors = [...depth]
		.map((d, n) => (d > 0 ? Math.abs(d - truth[n]) : Infinity))
		.filter((error) => error < Infinity)
		.sort((a, b) => a - b);
	return errors[errors.length >> 1];
}

/** For each pixel and depth the mean difference over a window, of the two best neighbours; the least wins. */
function sweepPlainly(
	{ camera, colors }: SweepView,
	neighbours: readonly SweepView[],
	{ enter }: HullDepths,
): Float32Array {
	const { width, height } = camera;
	const { count, spacing, before, windowRadius } = SWEEP_DEFAULTS;
	const depth = new Float32Array(width * height);
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) {
			const at = y * width + x;
			if (!(enter[at] < Infinity) || !(colors[at * 4 + 3] > 0)) continue;
			let least = Infinity;
			for (let k = 0; k < count; k++) {
				const offset = (k - before) * spacing;
				const costs = neighbours.map((other) => {
					let sum = 0;
					let pixels = 0;
					for (let v = y - windowRadius; v <= y + windowRadius; v++)
						for (let u = x - windowRadius; u <= x + windowRadius; u++) {
							const there = v * width + u;
							if (u < 0 || v < 0 || u >= width || v >= height) continue;
							if (!(enter[there] < Infinity && colors[there * 4 + 3] > 0))
								continue;
							const d = enter[there] + offset;
							sum += difference(camera, colors, u, v, d, other);
							pixels++;
						}
					return sum / pixels;
				});
				costs.sort((a, b) => a - b);
				const cost = costs[0] + costs[1];
				if (cost >= least) continue;
				least = cost;
				depth[at] = enter[at] + offset;
			}
		}
	return depth;
}

function difference(
	camera: Camera,
	colors: Float32Array,
	u: number,
	v: number,
	depth: number,
	other: SweepView,
): number {
	const eye = cameraCentre(camera);
	const ray = pixelRay(camera, u + 0.5, v + 0.5);
	const m = camera.worldFromCamera;
	const t = -depth / (ray[0] * m[2] + ray[1] * m[6] + ray[2] * m[10]);
	const p = projectionMatrix(other.camera);
	const [a, b, c] = [0, 4, 8].map(
		(row) =>
			p[row] * (eye[0] + t * ray[0]) +
			p[row + 1] * (eye[1] + t * ray[1]) +
			p[row + 2] * (eye[2] + t * ray[2]) +
			p[row + 3],
	);
	const { width, height } = other.camera;
	const [x, y] = [a / c - 0.5, b / c - 0.5];
	if (!(x >= 0 && y >= 0 && x < width - 1 && y < height - 1)) return 0.4;
	const [i, j] = [Math.floor(x), Math.floor(y)];
	const at = (v * camera.width + u) * 4;
	let sum = 0;
	for (let k = 0; k < 3; k++) {
		const shown = (di: number, dj: number): number =>
			other.colors[((j + dj) * width + i + di) * 4 + k];
		const upper = shown(0, 0) + (shown(1, 0) - shown(0, 0)) * (x - i);
		const lower = shown(0, 1) + (shown(1, 1) - shown(0, 1)) * (x - i);
		sum += Math.abs(upper + (lower - upper) * (y - j) - colors[at + k]);
	}
	return sum < 1.2 ? sum / 3 : 0.4;
}
