import type { Mesh } from "../../core/mesh.ts";
import type { Field } from "../../core/shape.ts";
import { extractSurface } from "../../kernel/field/extract-surface.ts";
import { fuseDepths } from "../../kernel/field/fuse-depths.ts";
import { type Lattice, latticeField } from "../../kernel/field/grid-field.ts";
import { keepComponents } from "../../kernel/mesh/components.ts";

/** Parts that no ball of this radius fits into are not carved; world units. */
export const THIN_RADIUS = 0.02;
/** Distance from a depth beyond which it says nothing, or only "empty"; cells of the hull's lattice. */
const TRUNCATION_CELLS = 2;
const HULL_WEIGHT = 0.15;
/** How much less than measured is carved before the fit: noise must not eat the rims. World units. */
const MARGIN = 0.006;
/** Pieces of a carved hull with less area than this share of the largest are dropped. */
const CRUMB_SHARE = 0.02;

/** How far from a depth it speaks; world units. */
export function truncationOf({ spacing }: Lattice): number {
	return TRUNCATION_CELLS * spacing;
}

/** The hull with what depths carve out of it. */
export function carvedByDepths(
	hull: Lattice,
	maps: Parameters<typeof fuseDepths>[1],
): Lattice {
	const values = fuseDepths(hull, maps, {
		truncation: truncationOf(hull),
		thinRadius: THIN_RADIUS,
		hullWeight: HULL_WEIGHT,
	});
	return { ...hull, values };
}

/** The hull, carved a little less than measured. */
export function carvedLess(hull: Lattice, carved: Lattice): Lattice {
	const values = carved.values.map((value, at) =>
		Math.max(hull.values[at], value - MARGIN),
	);
	return { ...carved, values };
}

/** A hull without some hollows. */
export function carvedBy(hull: Lattice, hollows: Lattice): Lattice {
	const values = hull.values.map((value, at) =>
		Math.max(value, hollows.values[at]),
	);
	return { ...hull, values };
}

/** The surface of what is left. */
export function carvedMesh(carved: Field, resolution: number): Mesh {
	return keepComponents(extractSurface(carved, { resolution }), CRUMB_SHARE);
}

/** The surface of a hull carved a little less than measured. */
export function carefulMesh(
	hull: Lattice,
	carved: Lattice,
	resolution: number,
): Mesh {
	return carvedMesh(latticeField(carvedLess(hull, carved)), resolution);
}
