import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import type { Field } from "../../core/shape.ts";
import { extractSurface } from "../../kernel/field/extract-surface.ts";
import type { SilhouetteCone } from "../../kernel/field/hull-field.ts";
import { keepComponents } from "../../kernel/mesh/components.ts";
import { dropGhosts } from "./drop-ghosts.ts";

/** The hull on one grid. */
export interface Rung {
	readonly hull: Mesh;
	/** Side of a cell of the grid: the mesh's edges are about as long. */
	readonly spacing: number;
}

/** Pieces with less area than this share of the largest are crumbs on a coarse grid. */
const CRUMB_SHARE = 0.005;
/** Cells along the longest side: of the grid that the others are chosen by, and the range of the finest. */
const PROBE = 48;
const FINEST_RANGE = [64, 160] as const;
const COARSEST = 32;

/**
 * The hull on grids from coarse to fine, whose vertex counts run from about `first` to about `last`: thin objects need
 * finer grids. Empty where the hull is. Coarse grids lose thin parts; the finest brings them back.
 */
export function hullLadder(
	field: Field,
	cones: readonly SilhouetteCone[],
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
): Rung[] {
	const probe = extractSurface(field, { resolution: PROBE }, (fraction) =>
		checkpoint?.(0.2 * fraction),
	);
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
		const resolution = Math.round(coarsest ** (1 - along) * finest ** along);
		const surface = extractSurface(field, { resolution }, (fraction) =>
			checkpoint?.(0.2 + (0.8 * (n + fraction)) / count),
		);
		return {
			hull:
				n > 0 && n === count - 1
					? dropGhosts(surface, cones)
					: keepComponents(surface, CRUMB_SHARE),
			spacing: 1 / resolution,
		};
	});
}
