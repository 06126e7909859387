import type { Box, Mesh } from "../../core/mesh.ts";
import type { Batch, Parallel, Task } from "../../core/parallel.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import type { Field } from "../../core/shape.ts";
import { extractSurface } from "../../kernel/field/extract-surface.ts";
import { type Lattice, latticeField } from "../../kernel/field/grid-field.ts";
import {
	hullField,
	type SilhouetteCone,
} from "../../kernel/field/hull-field.ts";
import { keepComponents } from "../../kernel/mesh/components.ts";
import { dropGhosts } from "./drop-ghosts.ts";
import { thinPlateWeight } from "./plate-weight.ts";
import { type OpenLine, roundOff } from "./round-off.ts";

/** The hull on one grid. */
export interface Rung {
	readonly hull: Mesh;
	/** Side of a cell of the grid: the mesh's edges are about as long. */
	readonly spacing: number;
	/** Each vertex's share of the thin plate. */
	readonly plateWeight: Float64Array; // [vertexCount]
}

/** Pieces with less area than this share of the largest are crumbs on a coarse grid. */
const CRUMB_SHARE = 0.005;
/** Cells along the longest side: of the grid that the others are chosen by, and the range of the finest. */
const PROBE = 48;
const FINEST_RANGE = [64, 160] as const;
const COARSEST = 32;

/**
 * Resolutions, from coarse to fine, of grids on which the hull has from about `first` to about `last` vertices: thin
 * objects need finer grids. None where the hull is empty.
 */
export function ladderResolutions(
	field: Field,
	{
		first,
		last,
		count,
	}: {
		readonly first: number;
		readonly last: number;
		readonly count: number;
	},
	checkpoint?: Checkpoint,
): number[] {
	const probe = extractSurface(field, { resolution: PROBE }, checkpoint);
	if (probe.indices.length === 0) return [];
	const perCount = PROBE / Math.sqrt(probe.positions.length / 3);
	const finest = Math.round(
		Math.min(
			FINEST_RANGE[1],
			Math.max(FINEST_RANGE[0], perCount * Math.sqrt(last)),
		),
	);
	const coarsest = Math.round(
		Math.min(finest, Math.max(COARSEST, perCount * Math.sqrt(first))),
	);
	return Array.from({ length: count }, (_, n) => {
		const along = count === 1 ? 0 : n / (count - 1);
		return Math.round(coarsest ** (1 - along) * finest ** along);
	});
}

/** Which rung to make. */
export interface RungPlan {
	/** Cells along the longest side. */
	readonly resolution: number;
	readonly isFinest: boolean;
}

/** What the rungs of one ladder have in common. */
export interface Ladder {
	readonly cones: readonly SilhouetteCone[];
	readonly box: Box;
	/** Along which the views leave the depth open. */
	readonly line: OpenLine | null;
	/** The share of the thin plate that the thinnest parts keep. */
	readonly leastPlate: number;
	/** Whether what stands alone in no view counts as solid. Takes the square of the number of views: for few. */
	readonly byChords: boolean;
	/** What is taken out of the hull: positive inside, and nowhere below −`spacing` × a few. */
	readonly hollows?: Lattice;
}

/** The hull of a ladder as a field. */
export function ladderField({ cones, box, line, hollows }: Ladder): Field {
	const hull = hullField(cones, box);
	if (hollows) return without(hull, latticeField(hollows));
	return line ? roundOff(hull, line, box) : hull;
}

/** What is left of a field's inside without another's. */
function without(field: Field, taken: Field): Field {
	return {
		...field,
		sample(points, out, count) {
			field.sample(points, out, count);
			const empty = new Float32Array(count);
			taken.sample(points, empty, count);
			for (let n = 0; n < count; n++) out[n] = Math.max(out[n], empty[n]);
		},
	};
}

/** One rung. Coarse grids lose thin parts; the finest brings them back, and ghosts with them. */
export const rungTask: Task<Ladder, RungPlan, Rung> = {
	module: import.meta.url,
	name: "rungTask",
	open(ladder) {
		const field = ladderField(ladder);
		const { cones, leastPlate, byChords } = ladder;
		return ({ resolution, isFinest }, checkpoint) => {
			const surface = extractSurface(field, { resolution }, (fraction) =>
				checkpoint(0.5 * fraction),
			);
			const hull = isFinest
				? dropGhosts(surface, cones)
				: keepComponents(surface, CRUMB_SHARE);
			checkpoint(0.7);
			const plateWeight = thinPlateWeight(
				hull,
				field,
				leastPlate,
				byChords ? cones : undefined,
			);
			return { hull, spacing: 1 / resolution, plateWeight };
		};
	},
};

/** Rungs in the making: each can be asked for by itself, as often as one likes. */
export interface Rungs extends Disposable {
	readonly finer: readonly (() => Promise<Rung>)[];
}

/** Starts on the rungs, in their order, beside whatever the caller does next. */
export function beginRungs(
	ladder: Ladder,
	rungs: readonly RungPlan[],
	parallel: Parallel,
): Rungs {
	const batches: Batch<Rung>[] = rungs.map((rung) =>
		parallel.begin(rungTask, ladder, [rung]),
	);
	const made: Promise<Rung>[] = [];
	return {
		finer: batches.map((batch, n) => () => {
			made[n] ??= batch.finish().then(([rung]) => rung);
			return made[n];
		}),
		[Symbol.dispose]() {
			for (const batch of batches) batch[Symbol.dispose]();
		},
	};
}
