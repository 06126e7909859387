import { colorPyramid } from "../../src/kernel/image/color-pyramid.ts";
import {
	cameraCentre,
	pixelRay,
	projectionMatrix,
} from "../../src/kernel/math/camera.ts";
import { icosphere } from "../../src/kernel/mesh/shapes.ts";
import {
	createCostRooms,
	WINDOW_RADIUS,
} from "../../src/kernel/optimize/best-two.ts";
import {
	lookFrom,
	paintedView,
	spreadEyes,
} from "../../src/kernel/optimize/painted-view.test-support.ts";
import type { SmallView } from "../../src/kernel/optimize/small-view.ts";
import {
	type HullDepths,
	SWEEP_DEFAULTS,
	sweepDepth,
	sweepView,
} from "../../src/kernel/optimize/sweep-depth.ts";
import { rasterize } from "../../src/kernel/raster/rasterize.ts";
import { medianTimes, REPEATS } from "../measure-time.ts";
import type { Row, Task } from "../task.ts";

const SIDES = { tiny: [32], quick: [64], full: [64, 128] };
const RADIUS = 0.45;
const HULL_RADIUS = 0.5;
const NEIGHBOURS = 5;

/** A painted ball inside a larger hull, one view against five: ours, and the same matches depth by depth, unsmoothed. */
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
			const openRoom = createCostRooms();
			const truth = rasterize(ball, first.camera).depth;
			const [ms, referenceMs] = await medianTimes(
				REPEATS[size],
				() => sweepDepth(first, neighbours, hull, SWEEP_DEFAULTS, openRoom),
				() => sweepPlainly(first, neighbours, hull),
			);
			const ours = sweepDepth(first, neighbours, hull).depth;
			const plain = sweepPlainly(first, neighbours, hull);
			rows.push({
				case: `${side} px, ${NEIGHBOURS} neighbours`,
				ms,
				reference: "depth by depth, not smoothed",
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

function apart(a: SmallView, b: SmallView): number {
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

/** Depth by depth: differences, means over windows, the two best neighbours; the least wins. */
function sweepPlainly(
	view: SmallView,
	neighbours: readonly SmallView[],
	{ enter }: HullDepths,
): Float32Array {
	const { width, height } = view.camera;
	const { count, spacing, before } = SWEEP_DEFAULTS;
	const depth = new Float32Array(width * height);
	const least = new Float32Array(width * height).fill(Infinity);
	const shown = enter.map((d, n) =>
		d < Infinity && view.colors[n * 4 + 3] > 0 ? 1 : 0,
	);
	for (let k = 0; k < count; k++) {
		const depths = enter.map((d) => d + (k - before) * spacing);
		const differences = neighbours.map((other) =>
			compareAt(view, depths, shown, other),
		);
		for (let n = 0; n < depth.length; n++) {
			if (shown[n] === 0) continue;
			const costs = differences.map((values) => {
				let sum = 0;
				let pixels = 0;
				for (let dv = -WINDOW_RADIUS; dv <= WINDOW_RADIUS; dv++)
					for (let du = -WINDOW_RADIUS; du <= WINDOW_RADIUS; du++) {
						const u = (n % width) + du;
						const v = Math.floor(n / width) + dv;
						if (u < 0 || v < 0 || u >= width || v >= height) continue;
						sum += values[v * width + u];
						pixels += shown[v * width + u];
					}
				return sum / pixels;
			});
			costs.sort((a, b) => a - b);
			if (costs[0] + costs[1] >= least[n]) continue;
			least[n] = costs[0] + costs[1];
			depth[n] = depths[n];
		}
	}
	return depth;
}

function compareAt(
	{ camera, colors }: SmallView,
	depths: Float32Array, // [height × width]
	shown: Float32Array, // [height × width] 0 or 1
	other: SmallView,
): Float32Array /* [height × width] */ {
	const eye = cameraCentre(camera);
	const p = projectionMatrix(other.camera);
	const m = camera.worldFromCamera;
	const { width, height } = other.camera;
	return depths.map((depth, n) => {
		if (shown[n] === 0) return 0;
		const u = n % camera.width;
		const v = Math.floor(n / camera.width);
		const ray = pixelRay(camera, u + 0.5, v + 0.5);
		const t = -depth / (ray[0] * m[2] + ray[1] * m[6] + ray[2] * m[10]);
		const [a, b, c] = [0, 4, 8].map(
			(row) =>
				p[row] * (eye[0] + t * ray[0]) +
				p[row + 1] * (eye[1] + t * ray[1]) +
				p[row + 2] * (eye[2] + t * ray[2]) +
				p[row + 3],
		);
		const [x, y] = [a / c - 0.5, b / c - 0.5];
		if (!(x >= 0 && y >= 0 && x < width - 1 && y < height - 1)) return 0.4;
		const at = (Math.floor(y) * width + Math.floor(x)) * 4;
		let sum = 0;
		for (let k = 0; k < 3; k++) {
			const [fx, fy] = [x % 1, y % 1];
			const i = at + k;
			const j = i + width * 4;
			const upper = other.colors[i] * (1 - fx) + other.colors[i + 4] * fx;
			const lower = other.colors[j] * (1 - fx) + other.colors[j + 4] * fx;
			sum += Math.abs(upper * (1 - fy) + lower * fy - colors[n * 4 + k]);
		}
		return sum < 1.2 ? sum / 3 : 0.4;
	});
}
