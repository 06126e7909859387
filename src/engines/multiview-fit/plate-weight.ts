import type { Mesh } from "../../core/mesh.ts";
import type { Field } from "../../core/shape.ts";
import type { SilhouetteCone } from "../../kernel/field/hull-field.ts";
import { buildVertexNeighbours } from "../../kernel/mesh/adjacency.ts";
import { leastChords } from "../../kernel/optimize/chord-lengths.ts";
import { areaNormals } from "../../kernel/optimize/refine-surface.ts";
import {
	measureThickness,
	smoothValues,
} from "../../kernel/optimize/thickness.ts";

/** Parts thinner than this are held less by the thin plate, with the cube of their thickness. */
const THICK = 0.12;
const SMOOTHING = 4;
/** A part counts as at least this share of what the emptiest ray through it passes through. */
const CHORD_SHARE = 0.25;

/** Share of the plate below which a part is slender: what holds for solid ones would tear it. */
export const SLENDER = 0.05;

/**
 * Each vertex's share of the thin plate, `least` to 1. Without it the plate draws thin legs in: they have little
 * silhouette to hold on to. `exposedTo`: parts that stand alone before the background in none of these views do not
 * count as thin, for no outline would miss them.
 */
export function thinPlateWeight(
	hull: Mesh,
	field: Field,
	least: number,
	exposedTo?: readonly SilhouetteCone[],
): Float64Array /* [vertexCount] */ {
	const positions = Float64Array.from(hull.positions);
	const normals = new Float64Array(positions.length);
	areaNormals(positions, hull.indices, normals);
	const weight = measureThickness(field, positions, normals, THICK);
	if (exposedTo) {
		const middles = positions.map(
			(p, i) => p - 0.5 * weight[Math.floor(i / 3)] * normals[i],
		);
		const chords = leastChords(
			field,
			exposedTo,
			middles,
			weight.map((w) => (w < THICK ? w / CHORD_SHARE : Infinity)),
		);
		for (let v = 0; v < weight.length; v++)
			weight[v] = Math.min(THICK, Math.max(weight[v], CHORD_SHARE * chords[v]));
	}
	for (let v = 0; v < weight.length; v++)
		weight[v] = Math.max(least, (weight[v] / THICK) ** 3);
	return smoothValues(
		weight,
		buildVertexNeighbours(hull.indices, weight.length),
		SMOOTHING,
	);
}

/** The vertices of a fit, those of slender parts where they are in its hull: smoothing would make wires of them. */
export function slenderAsIn(
	hull: Mesh,
	fit: Mesh, // of the hull's connectivity
	plateWeight: Float64Array, // [vertexCount]
): Float32Array /* [vertexCount × 3] */ {
	return fit.positions.map((p, i) =>
		plateWeight[Math.floor(i / 3)] < SLENDER ? hull.positions[i] : p,
	);
}
