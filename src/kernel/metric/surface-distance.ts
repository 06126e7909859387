import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import { buildBvh } from "../mesh/bvh.ts";
import { closestDistances } from "../mesh/closest-point.ts";
import { sampleSurface } from "../mesh/sample-surface.ts";

export interface SurfaceDistanceOptions {
	/** Points drawn on the result. Default 30000. */
	readonly sampleCount?: number;
	/** Distances at which F-scores are taken, in (normalised) world units. Default 0.01, 0.02, 0.05, 0.1. */
	readonly thresholds?: readonly number[];
	/**
	 * Moves and scales each mesh by its own bounding box (centre at the origin, longest side 1) before measuring:
	 * for results from one picture, whose place and size are unknown. No other alignment. Default false.
	 */
	readonly normalise?: boolean;
	/** Uniform in [0, 1), seeded. */
	readonly random: () => number;
}

export const SURFACE_DISTANCE_DEFAULTS: Required<
	Omit<SurfaceDistanceOptions, "random">
> = {
	sampleCount: 30_000,
	thresholds: [0.01, 0.02, 0.05, 0.1],
	normalise: false,
};

export interface SurfaceDistance {
	/** Mean distance from points on the result to the truth. */
	readonly accuracy: number;
	/** Mean distance from points on the truth to the result. */
	readonly completeness: number;
	/** Mean of the two. */
	readonly chamfer: number;
	readonly fScores: readonly FScore[];
}

export interface FScore {
	readonly threshold: number;
	/** Share of the result's points nearer than the threshold to the truth. */
	readonly precision: number;
	/** Share of the truth's points nearer than the threshold to the result. */
	readonly recall: number;
	/** Harmonic mean of the two. Knapitsch et al., "Tanks and Temples", 2017. */
	readonly fScore: number;
}

/**
 * How far a result lies from the ground truth, by exact distances from points to triangles. `truth` holds the
 * triangles that count (those that can be seen), `truthPoints` points spread uniformly over them.
 */
export function measureSurfaceDistance(
	result: Mesh,
	truth: Mesh,
	truthPoints: Float32Array, // [n × 3]
	options: SurfaceDistanceOptions,
	checkpoint?: Checkpoint,
): SurfaceDistance {
	const { sampleCount, thresholds, normalise } = {
		...SURFACE_DISTANCE_DEFAULTS,
		...options,
	};
	if (truthPoints.length < 3)
		throw new RangeError("the truth has no points to measure from");
	const resultFrame = normalise ? ownFrame(result) : WORLD;
	const truthFrame = normalise ? ownFrame(truth) : WORLD;
	const resultMesh = inFrame(result, resultFrame);
	const truthMesh = inFrame(truth, truthFrame);
	const { points } = sampleSurface(resultMesh, sampleCount, options.random);
	const toTruth = closestDistances(buildBvh(truthMesh), points, (fraction) =>
		checkpoint?.(fraction / 2),
	);
	const toResult = closestDistances(
		buildBvh(resultMesh),
		toFrame(truthPoints, truthFrame),
		(fraction) => checkpoint?.(0.5 + fraction / 2),
	);
	const accuracy = mean(toTruth);
	const completeness = mean(toResult);
	return {
		accuracy,
		completeness,
		chamfer: (accuracy + completeness) / 2,
		fScores: thresholds.map((threshold) => {
			const precision = shareWithin(toTruth, threshold);
			const recall = shareWithin(toResult, threshold);
			const sum = precision + recall;
			return {
				threshold,
				precision,
				recall,
				fScore: sum > 0 ? (2 * precision * recall) / sum : 0,
			};
		}),
	};
}

/** What is moved to the origin, and the factor after that. */
type Frame = readonly [x: number, y: number, z: number, scale: number];

const WORLD: Frame = [0, 0, 0, 1];

/** Centre of the box around the triangles, and 1 / its longest side. Vertices no triangle uses do not count. */
function ownFrame({ positions, indices }: Mesh): Frame {
	const min = [Infinity, Infinity, Infinity];
	const max = [-Infinity, -Infinity, -Infinity];
	for (let i = 0; i < indices.length; i++)
		for (let axis = 0; axis < 3; axis++) {
			const value = positions[indices[i] * 3 + axis];
			if (value < min[axis]) min[axis] = value;
			if (value > max[axis]) max[axis] = value;
		}
	const longest = Math.max(max[0] - min[0], max[1] - min[1], max[2] - min[2]);
	if (!(longest > 0))
		throw new RangeError(`longest side of the mesh is ${longest}`);
	return [
		(min[0] + max[0]) / 2,
		(min[1] + max[1]) / 2,
		(min[2] + max[2]) / 2,
		1 / longest,
	];
}

function inFrame(mesh: Mesh, frame: Frame): Mesh {
	return {
		positions: toFrame(mesh.positions, frame),
		indices: mesh.indices,
	};
}

function toFrame(points: Float32Array, frame: Frame): Float32Array {
	if (frame === WORLD) return points;
	const out = new Float32Array(points.length);
	for (let i = 0; i < points.length; i++)
		out[i] = (points[i] - frame[i % 3]) * frame[3];
	return out;
}

function mean(values: Float32Array): number {
	let sum = 0;
	for (let i = 0; i < values.length; i++) sum += values[i];
	return sum / values.length;
}

function shareWithin(values: Float32Array, threshold: number): number {
	let count = 0;
	for (let i = 0; i < values.length; i++) if (values[i] < threshold) count++;
	return count / values.length;
}
