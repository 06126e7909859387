import type { Mesh } from "../../core/mesh.ts";
import {
	inSharedMemory,
	mapTask,
	sharedBytes,
	type TaskContext,
} from "../../core/parallel.ts";
import type { Field } from "../../core/shape.ts";
import { buildVertexNeighbours } from "../mesh/adjacency.ts";
import type { DepthPlanes, DepthTermOptions } from "./depth-terms.ts";
import { createFairStepper } from "./fast-fair-step.ts";
import { type ColoredView, pickLevel } from "./photometric-terms.ts";
import {
	addPlane,
	addPlanes,
	createPlaneTerms,
	type PlaneTerms,
} from "./plane-terms.ts";
import type { OutlineBins } from "./silhouette-terms.ts";
import { type StepPart, termsTask, visibilityTask } from "./step-terms.ts";

export interface RefineOptions {
	/** Gauss-Newton steps. */
	readonly steps: number;
	/** Conjugate gradient steps in each. */
	readonly solverSteps: number;
	/** Weight of the thin plate. */
	readonly fairness: number;
	readonly insideWeight: number;
	readonly rimWeight: number;
	/** Pixels inside the outline within which the rim is looked for. Default: 14. */
	readonly rimReach?: number;
	readonly damping: number;
	/** Share of the thin plate for each vertex. Default: 1. */
	readonly plateWeight?: Float64Array; // [vertexCount]
	/** The thin plate is at rest in the form that is given, and resists only what bends it further. Default: false. */
	readonly keepsForm?: boolean;
	/** Extra damping of each vertex: keeps it where it is. */
	readonly hold?: Float64Array; // [vertexCount]
	/** Draws the vertices, along their normals, to the zero of a field of distances. */
	readonly anchor?: {
		readonly field: Field;
		readonly hull: Field;
		readonly weight: number;
		/** Distance at which the pull grows no more, world units. */
		readonly reach: number;
	};
	/** Depths that the views are thought to have. */
	readonly depths?: DepthTermOptions & {
		readonly views: readonly DepthPlanes[];
	};
	/** Left out: silhouettes only. */
	readonly photometric?: {
		readonly views: readonly ColoredView[];
		/** Pyramid levels, coarse to fine, for equal shares of the steps that use colours. */
		readonly levels: readonly number[];
		/** Share of the steps before the first that uses colours. */
		readonly startAt: number;
		readonly weight: number;
		readonly contrast: number;
		readonly mismatch: number;
	};
}

/** Vertices whose colours and depths are looked at in one go. */
const RANGE = 4096;
/** Places of xx, yy and zz in a block. */
const DIAGONAL = [0, 3, 5] as const;
/** Steps for which a visibility is good. */
const VISIBILITY_STEPS = 4;
/** Half step of the slope of an anchoring field, world units. */
const SLOPE_STEP = 0.008;
/** Outermost layer of the hull, where outlines know better than depths; world units. */
const HULL_SKIN = 0.004;
/** Pixels inside the outline within which the rim is looked for. */
const RIM_REACH = 14;

/**
 * Moves the vertices of a closed mesh, of size 1 about the origin, to where silhouettes, colours
 * and a thin plate are at peace. Keeps the connectivity. The outlines remember how hard they pull,
 * for a next call on a finer mesh. The same whatever the number of threads.
 */
export async function refineSurface(
	mesh: Mesh,
	outlines: readonly OutlineBins[],
	options: RefineOptions,
	{ parallel, checkpoint }: TaskContext = {},
): Promise<Mesh> {
	const indices = inSharedMemory(mesh.indices);
	const vertexCount = mesh.positions.length / 3;
	const positions = new Float64Array(sharedBytes(vertexCount * 24));
	positions.set(mesh.positions);
	const rest = options.keepsForm ? positions.slice() : undefined;
	const graph = buildVertexNeighbours(indices, vertexCount);
	const moveFairly = createFairStepper(graph, options.plateWeight);
	const terms = createPlaneTerms(vertexCount);
	const normals = new Float64Array(sharedBytes(vertexCount * 24));
	const current: Mesh = {
		positions: new Float32Array(sharedBytes(vertexCount * 12)),
		indices,
	};
	const { photometric } = options;
	const firstColored = photometric
		? Math.floor(options.steps * photometric.startAt)
		: options.steps;
	const { depths } = options;
	const visibility =
		photometric || depths
			? outlines.map(() => new Float32Array(sharedBytes(vertexCount * 4)))
			: [];
	const parts: StepPart[] = outlines.map((_, outline) => ({ outline }));
	for (let from = 0; from < vertexCount; from += RANGE)
		parts.push({ from, to: Math.min(vertexCount, from + RANGE) });
	const silhouette = {
		insideWeight: options.insideWeight,
		rimWeight: options.rimWeight,
		rimReach: options.rimReach ?? RIM_REACH,
	};
	for (let step = 0; step < options.steps; step++) {
		const ctx = {
			parallel,
			checkpoint: () => checkpoint?.(step / options.steps),
		};
		ctx.checkpoint();
		areaNormals(positions, indices, normals);
		const withColors = photometric !== undefined && step >= firstColored;
		if (depths || withColors) {
			const done = depths ? step : step - firstColored;
			if (done % VISIBILITY_STEPS === 0) {
				current.positions.set(positions);
				await mapTask(
					visibilityTask,
					{ mesh: current, normals, outlines, visibility },
					outlines.map((_, view) => view),
					ctx,
				);
			}
		}
		const lists = await mapTask(
			termsTask,
			{
				positions,
				normals,
				outlines,
				silhouette,
				visibility,
				terms,
				depths,
				photometric: withColors
					? {
							...photometric,
							views: pickLevel(
								photometric.views,
								levelAt(photometric.levels, step, firstColored, options.steps),
							),
						}
					: undefined,
			},
			parts,
			ctx,
		);
		if (options.hold)
			for (let v = 0; v < vertexCount; v++)
				for (let k = 0; k < 3; k++)
					terms.blocks[v * 6 + DIAGONAL[k]] += options.hold[v];
		for (const planes of lists) if (planes) addPlanes(terms, planes);
		if (options.anchor) addAnchor(terms, positions, normals, options.anchor);
		moveFairly(positions, terms, {
			fairness: options.fairness,
			damping: options.damping,
			iterations: options.solverSteps,
			...(rest ? { rest } : {}),
		});
	}
	return { positions: Float32Array.from(positions), indices: mesh.indices };
}

/** The level of a step: equal shares of the steps from `first` on. */
function levelAt(
	levels: readonly number[],
	step: number,
	first: number,
	end: number,
): number {
	return levels[Math.floor(((step - first) / (end - first)) * levels.length)];
}

/**
 * Draws each vertex to the plane in which a field of distances, taken as straight about the vertex,
 * is zero; only what lies deep in the hull, and faces the way the field does.
 */
function addAnchor(
	terms: PlaneTerms,
	positions: Float64Array, // [vertexCount × 3]
	normals: Float64Array, // [vertexCount × 3]
	{ field, hull, weight, reach }: NonNullable<RefineOptions["anchor"]>,
): void {
	const vertexCount = positions.length / 3;
	const points = Float32Array.from(positions);
	const depth = new Float32Array(vertexCount);
	hull.sample(points, depth, vertexCount);
	const values = [0, 1, 2, 3, 4, 5, 6].map(() => new Float32Array(vertexCount));
	field.sample(points, values[6], vertexCount);
	for (let k = 0; k < 6; k++) {
		const axis = k >> 1;
		const shift = k % 2 === 0 ? SLOPE_STEP : -SLOPE_STEP;
		for (let i = axis; i < points.length; i += 3)
			points[i] = positions[i] + shift;
		field.sample(points, values[k], vertexCount);
		for (let i = axis; i < points.length; i += 3) points[i] = positions[i];
	}
	for (let v = 0; v < vertexCount; v++) {
		const share = (-depth[v] - HULL_SKIN) / HULL_SKIN;
		if (share <= 0) continue;
		const x = values[0][v] - values[1][v];
		const y = values[2][v] - values[3][v];
		const z = values[4][v] - values[5][v];
		const length = Math.sqrt(x * x + y * y + z * z);
		if (length < 0.3 * 2 * SLOPE_STEP) continue;
		const cosine =
			(x * normals[v * 3] + y * normals[v * 3 + 1] + z * normals[v * 3 + 2]) /
			length;
		if (cosine < 0.2) continue;
		const distance = (values[6][v] * 2 * SLOPE_STEP) / length;
		addPlane(
			terms,
			v,
			x / length,
			y / length,
			z / length,
			Math.max(-reach, Math.min(reach, distance)),
			weight * Math.min(1, share),
		);
	}
}

/** Vertex normals weighted by area: a few times faster than by angle, and as good on even meshes. */
export function areaNormals(
	positions: Float64Array, // [vertexCount × 3]
	indices: Uint32Array, // [triangleCount × 3]
	out: Float64Array, // [vertexCount × 3]
): void {
	out.fill(0);
	for (let h = 0; h < indices.length; h += 3) {
		const a = indices[h] * 3;
		const b = indices[h + 1] * 3;
		const c = indices[h + 2] * 3;
		const ux = positions[b] - positions[a];
		const uy = positions[b + 1] - positions[a + 1];
		const uz = positions[b + 2] - positions[a + 2];
		const vx = positions[c] - positions[a];
		const vy = positions[c + 1] - positions[a + 1];
		const vz = positions[c + 2] - positions[a + 2];
		const nx = uy * vz - uz * vy;
		const ny = uz * vx - ux * vz;
		const nz = ux * vy - uy * vx;
		out[a] += nx;
		out[a + 1] += ny;
		out[a + 2] += nz;
		out[b] += nx;
		out[b + 1] += ny;
		out[b + 2] += nz;
		out[c] += nx;
		out[c + 1] += ny;
		out[c + 2] += nz;
	}
	for (let i = 0; i < out.length; i += 3) {
		const length = Math.sqrt(
			out[i] * out[i] + out[i + 1] * out[i + 1] + out[i + 2] * out[i + 2],
		);
		if (!(length > 0)) continue;
		out[i] /= length;
		out[i + 1] /= length;
		out[i + 2] /= length;
	}
}
