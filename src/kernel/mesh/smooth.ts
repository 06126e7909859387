import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import { buildVertexNeighbours } from "./adjacency.ts";

export interface SmoothOptions {
	/** Shrink-and-grow rounds. 0 or more. Default 10. */
	readonly passes?: number;
	/** Share of the way to the mean of the neighbours, 0–1. Default 0.5. */
	readonly lambda?: number;
	/** Share of the way back, below −lambda. Default −0.53. */
	readonly mu?: number;
}

export const SMOOTH_DEFAULTS: Required<SmoothOptions> = {
	passes: 10,
	lambda: 0.5,
	mu: -0.53,
};

/**
 * Smooths positions without shrinking the shape: each pass moves every vertex towards the mean of
 * its neighbours and then a little farther back, a low-pass filter whose pass band ends at
 * 1/λ + 1/μ (Taubin, "A signal processing approach to fair surface design", 1995).
 * Normals are dropped; all else is kept.
 */
export function smoothTaubin(
	mesh: Mesh,
	options: SmoothOptions = {},
	checkpoint?: Checkpoint,
): Mesh {
	const { passes, lambda, mu } = { ...SMOOTH_DEFAULTS, ...options };
	if (!(passes >= 0)) throw new RangeError(`passes is ${passes}, must be >= 0`);
	if (!(lambda >= 0 && lambda <= 1 && mu < -lambda))
		throw new RangeError(
			`lambda is ${lambda} and mu ${mu}, must be 0 to 1 and below −lambda`,
		);
	const { start, neighbours } = buildVertexNeighbours(
		mesh.indices,
		mesh.positions.length / 3,
	);
	const positions = mesh.positions.slice();
	const shrunk = new Float32Array(positions.length);
	for (let pass = 0; pass < passes; pass++) {
		checkpoint?.(pass / passes);
		moveToMean(positions, shrunk, start, neighbours, lambda);
		moveToMean(shrunk, positions, start, neighbours, mu);
	}
	const { normals: _, ...rest } = mesh;
	return { ...rest, positions };
}

function moveToMean(
	src: Float32Array, // [vertexCount × 3]
	dst: Float32Array, // [vertexCount × 3]
	start: Uint32Array, // [vertexCount + 1]
	neighbours: Uint32Array,
	share: number,
): void {
	const vertexCount = start.length - 1;
	for (let v = 0; v < vertexCount; v++) {
		const from = start[v];
		const to = start[v + 1];
		let x = 0;
		let y = 0;
		let z = 0;
		for (let i = from; i < to; i++) {
			const n = neighbours[i] * 3;
			x += src[n];
			y += src[n + 1];
			z += src[n + 2];
		}
		const keep = to > from ? 1 - share : 1;
		const pull = to > from ? share / (to - from) : 0;
		dst[v * 3] = keep * src[v * 3] + pull * x;
		dst[v * 3 + 1] = keep * src[v * 3 + 1] + pull * y;
		dst[v * 3 + 2] = keep * src[v * 3 + 2] + pull * z;
	}
}
