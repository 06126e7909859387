import type { VertexNeighbours } from "../mesh/adjacency.ts";
import type { PlaneTerms } from "./plane-terms.ts";

export interface FairStepOptions {
	/** Weight of the thin plate. */
	readonly fairness: number;
	/** Holds every vertex at its place (Levenberg). */
	readonly damping: number;
	/** Steps of conjugate gradients. */
	readonly iterations: number;
	/** The form in which the plate is at rest: only moves away from it are smooth. Default: it wants to be flat. */
	readonly rest?: Float64Array; // [vertexCount × 3]
}

/** Memory of the solver, for one mesh. */
export interface FairSolver {
	readonly graph: VertexNeighbours;
	readonly inverseDegree: Float64Array; // [vertexCount]
	readonly plateWeight: Float64Array; // [vertexCount]
	readonly plate: Float64Array; // [vertexCount × 3] scratch
	readonly shared: Float64Array; // [vertexCount × 3] scratch
	readonly residual: Float64Array; // [vertexCount × 3]
	readonly direction: Float64Array; // [vertexCount × 3]
	readonly product: Float64Array; // [vertexCount × 3]
	readonly inverseDiagonal: Float64Array; // [vertexCount × 3]
	readonly step: Float64Array; // [vertexCount × 3]
}

/** `plateWeight`: each vertex's own share of the fairness, 1 for all by default. */
export function createFairSolver(
	graph: VertexNeighbours,
	plateWeight?: Float64Array, // [vertexCount]
): FairSolver {
	const vertexCount = graph.start.length - 1;
	const inverseDegree = new Float64Array(vertexCount);
	for (let v = 0; v < vertexCount; v++)
		inverseDegree[v] = 1 / Math.max(1, graph.start[v + 1] - graph.start[v]);
	const vector = (): Float64Array => new Float64Array(vertexCount * 3);
	return {
		graph,
		inverseDegree,
		plateWeight: plateWeight ?? new Float64Array(vertexCount).fill(1),
		plate: vector(),
		shared: vector(),
		residual: vector(),
		direction: vector(),
		product: vector(),
		inverseDiagonal: vector(),
		step: vector(),
	};
}

/**
 * One Gauss-Newton step: moves `positions` towards the least of
 *
 * fairness · Σ w |Lx|² + Σ planes + damping · |x − x₀|²
 *
 * by preconditioned conjugate gradients. L is the umbrella operator (mean of the neighbours minus
 * the vertex) on absolute positions: a thin plate, which also spreads the vertices evenly
 * (Kobbelt et al., "Interactive multi-resolution modeling on arbitrary meshes", 1998).
 */
export function fairStep(
	positions: Float64Array, // [vertexCount × 3]
	solver: FairSolver,
	terms: PlaneTerms,
	{ fairness, damping, iterations, rest }: FairStepOptions,
): void {
	const { residual, direction, product, inverseDiagonal, step } = solver;
	const { blocks, gradient } = terms;
	const length = positions.length;
	// (1) Right-hand side: minus the gradient here. Diagonal of the matrix, about.
	applyPlate(solver, bentBy(positions, rest), product);
	for (let i = 0, v = 0, b = 0; i < length; i += 3, v++, b += 6) {
		const own = 1.17 * fairness * solver.plateWeight[v] + damping;
		inverseDiagonal[i] = 1 / (own + blocks[b]);
		inverseDiagonal[i + 1] = 1 / (own + blocks[b + 3]);
		inverseDiagonal[i + 2] = 1 / (own + blocks[b + 5]);
	}
	let rho = 0;
	for (let i = 0; i < length; i++) {
		const r = -fairness * product[i] - gradient[i];
		residual[i] = r;
		direction[i] = r * inverseDiagonal[i];
		rho += r * direction[i];
	}
	step.fill(0);
	// (2) Conjugate gradients.
	const enough = rho * 1e-10;
	for (let k = 0; k < iterations && rho > enough; k++) {
		applyPlate(solver, direction, product);
		let curvature = 0;
		for (let i = 0, b = 0; i < length; i += 3, b += 6) {
			const x = direction[i];
			const y = direction[i + 1];
			const z = direction[i + 2];
			const px =
				fairness * product[i] +
				(blocks[b] + damping) * x +
				blocks[b + 1] * y +
				blocks[b + 2] * z;
			const py =
				fairness * product[i + 1] +
				blocks[b + 1] * x +
				(blocks[b + 3] + damping) * y +
				blocks[b + 4] * z;
			const pz =
				fairness * product[i + 2] +
				blocks[b + 2] * x +
				blocks[b + 4] * y +
				(blocks[b + 5] + damping) * z;
			product[i] = px;
			product[i + 1] = py;
			product[i + 2] = pz;
			curvature += px * x + py * y + pz * z;
		}
		if (!(curvature > 0)) break;
		const alpha = rho / curvature;
		let next = 0;
		for (let i = 0; i < length; i++) {
			step[i] += alpha * direction[i];
			const r = residual[i] - alpha * product[i];
			residual[i] = r;
			next += r * r * inverseDiagonal[i];
		}
		const beta = next / rho;
		rho = next;
		for (let i = 0; i < length; i++)
			direction[i] = residual[i] * inverseDiagonal[i] + beta * direction[i];
	}
	for (let i = 0; i < length; i++) positions[i] += step[i];
}

/** What the plate feels: the way from where it is at rest. */
export function bentBy(
	positions: Float64Array, // [vertexCount × 3]
	rest: Float64Array | undefined,
): Float64Array {
	return rest ? positions.map((x, i) => x - rest[i]) : positions;
}

/** out = Lᵀ W L x. */
export function applyPlate(
	{ graph, inverseDegree, plateWeight, plate, shared }: FairSolver,
	x: Float64Array,
	out: Float64Array,
): void {
	const { start, neighbours } = graph;
	const vertexCount = start.length - 1;
	for (let v = 0; v < vertexCount; v++) {
		let sx = 0;
		let sy = 0;
		let sz = 0;
		const to = start[v + 1];
		for (let k = start[v]; k < to; k++) {
			const n = neighbours[k] * 3;
			sx += x[n];
			sy += x[n + 1];
			sz += x[n + 2];
		}
		const i = v * 3;
		const inverse = inverseDegree[v];
		const weight = plateWeight[v];
		const lx = weight * (sx * inverse - x[i]);
		const ly = weight * (sy * inverse - x[i + 1]);
		const lz = weight * (sz * inverse - x[i + 2]);
		plate[i] = lx;
		plate[i + 1] = ly;
		plate[i + 2] = lz;
		shared[i] = lx * inverse;
		shared[i + 1] = ly * inverse;
		shared[i + 2] = lz * inverse;
	}
	for (let v = 0; v < vertexCount; v++) {
		let sx = 0;
		let sy = 0;
		let sz = 0;
		const to = start[v + 1];
		for (let k = start[v]; k < to; k++) {
			const n = neighbours[k] * 3;
			sx += shared[n];
			sy += shared[n + 1];
			sz += shared[n + 2];
		}
		const i = v * 3;
		out[i] = sx - plate[i];
		out[i + 1] = sy - plate[i + 1];
		out[i + 2] = sz - plate[i + 2];
	}
}
