import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import type { View } from "../../core/view.ts";
import {
	createPointSamples,
	createProjector,
	type ProjectionOptions,
	type SurfacePoints,
	samplePoints,
} from "./project-view.ts";

const SAMPLE_COUNT = 8192;
const MAX_GAIN = 1.35;
/** Pull of every gain towards 1, as a share of all overlap. */
const PULL = 0.02;

/**
 * One gain per view so that what two views both see has the same brightness: least squares on
 * logarithms (as in Brown and Lowe, "Automatic panoramic image stitching", 2007).
 */
export function balanceExposure(
	mesh: Mesh,
	views: readonly View[],
	points: SurfacePoints,
	options: ProjectionOptions = {},
	checkpoint?: Checkpoint,
): Float64Array /* [viewCount] */ {
	const n = views.length;
	const few = pick(points, SAMPLE_COUNT);
	const logs = new Float64Array(n * few.count);
	const weights = new Float64Array(n * few.count);
	const samples = createPointSamples(few.count);
	for (let view = 0; view < n; view++) {
		samplePoints(
			createProjector(mesh, views[view], options, checkpoint),
			few,
			samples,
			checkpoint,
		);
		for (let i = 0; i < few.count; i++) {
			const luma =
				0.2126 * samples.color[3 * i] +
				0.7152 * samples.color[3 * i + 1] +
				0.0722 * samples.color[3 * i + 2];
			// Black and burnt-out pixels say nothing about exposure.
			if (samples.weight[i] === 0 || luma < 0.01 || luma > 0.95) continue;
			logs[view * few.count + i] = Math.log(luma);
			weights[view * few.count + i] = samples.confidence[i];
		}
	}
	// Normal equations of Σ w (log gain a + log a − log gain b − log b)².
	const matrix = new Float64Array(n * n);
	const right = new Float64Array(n);
	let overlap = 0;
	for (let a = 0; a < n; a++)
		for (let b = a + 1; b < n; b++) {
			let sum = 0;
			let difference = 0;
			for (let i = 0; i < few.count; i++) {
				const w = weights[a * few.count + i] * weights[b * few.count + i];
				if (w === 0) continue;
				const d = logs[b * few.count + i] - logs[a * few.count + i];
				const robust = w / (1 + (d / 0.25) ** 2);
				sum += robust;
				difference += robust * d;
			}
			matrix[a * n + a] += sum;
			matrix[b * n + b] += sum;
			matrix[a * n + b] -= sum;
			matrix[b * n + a] -= sum;
			right[a] += difference;
			right[b] -= difference;
			overlap += sum;
		}
	const gains = new Float64Array(n);
	const pull = (PULL * overlap) / n + 1e-9;
	// The matrix is diagonally dominant: Gauss–Seidel converges.
	for (let sweep = 0; sweep < 200; sweep++)
		for (let a = 0; a < n; a++) {
			let sum = right[a];
			for (let b = 0; b < n; b++)
				if (b !== a) sum -= matrix[a * n + b] * gains[b];
			gains[a] = sum / (matrix[a * n + a] + pull);
		}
	const limit = Math.log(MAX_GAIN);
	return gains.map((g) => Math.exp(Math.min(limit, Math.max(-limit, g))));
}

/** At most `limit` of the points, evenly spread over the list. */
function pick(points: SurfacePoints, limit: number): SurfacePoints {
	const step = Math.max(1, Math.ceil(points.count / limit));
	const count = Math.ceil(points.count / step);
	const positions = new Float32Array(3 * count);
	const normals = new Float32Array(3 * count);
	const spacing = new Float32Array(count);
	for (let i = 0; i < count; i++) {
		for (let k = 0; k < 3; k++) {
			positions[3 * i + k] = points.positions[3 * i * step + k];
			normals[3 * i + k] = points.normals[3 * i * step + k];
		}
		spacing[i] = points.spacing[i * step];
	}
	return { count, positions, normals, spacing };
}
