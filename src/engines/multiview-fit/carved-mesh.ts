import type { Mesh } from "../../core/mesh.ts";
import type { Field } from "../../core/shape.ts";
import { extractSurface } from "../../kernel/field/extract-surface.ts";
import type { Lattice } from "../../kernel/field/grid-field.ts";
import { keepComponents } from "../../kernel/mesh/components.ts";

/** Parts that no ball of this radius fits into are not carved; world units. */
export const THIN_RADIUS = 0.02;
/** How much less than measured is carved before the fit: noise must not eat the rims. World units. */
const MARGIN = 0.006;
/** Pieces of a carved hull with less area than this share of the largest are dropped. */
const CRUMB_SHARE = 0.02;

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
