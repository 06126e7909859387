import type { Mesh } from "../../core/mesh.ts";
import type { RunContext } from "../../core/run-context.ts";
import type { View } from "../../core/view.ts";
import {
	type GridField,
	latticeField,
	sampleToGrid,
	sharedLattice,
} from "../../kernel/field/grid-field.ts";
import type { SilhouetteCone } from "../../kernel/field/hull-field.ts";
import { smoothTaubin } from "../../kernel/mesh/smooth.ts";
import type { ColoredView } from "../../kernel/optimize/photometric-terms.ts";
import { believesHollows } from "./believe-hollows.ts";
import { carveByStereo } from "./carve-by-stereo.ts";
import {
	carefulMesh,
	carvedBy,
	carvedMesh,
	THIN_RADIUS,
} from "./carved-mesh.ts";
import { hollowsByGuess } from "./hollows-by-guess.ts";
import { type Ladder, ladderField } from "./hull-ladder.ts";

/** Cells of the carved field along the longest side. */
const GRID_RESOLUTION = 96;
/** Takes the hull's creases off before a network looks at it: that knows fits. */
const SMOOTHING = { passes: 12 };

/** A hull, and the views that it was made of. */
export interface HullInViews {
	readonly hull: Mesh;
	readonly cones: readonly SilhouetteCone[];
	readonly views: readonly View[];
	readonly colored: readonly ColoredView[];
	readonly ladder: Ladder;
	/** Cells along the longest side. */
	readonly resolution: number;
}

export interface Carved {
	/** By stereo, which is believed of matt objects only; else by a network. */
	readonly isMatt: boolean;
	readonly mesh: Mesh;
	readonly field: GridField;
	readonly hull: GridField;
	readonly ladder: Ladder;
}

/** What stereo carves out of the hull; else what a network sees to be hollow; undefined where there is nothing. */
export async function carveHull(
	{ hull, cones, views, colored, ladder, resolution }: HullInViews,
	learned: boolean,
	ctx: RunContext,
): Promise<Carved | undefined> {
	const grid = await ctx.step("grid", 0.1, (c) =>
		sampleToGrid(
			ladderField(ladder),
			GRID_RESOLUTION,
			THIN_RADIUS,
			c.checkpoint,
		),
	);
	const lattice = sharedLattice(grid);
	const matt = await ctx.step("stereo", 0.7, (c) =>
		carveByStereo(hull, lattice, colored, resolution, c),
	);
	if (matt)
		return {
			isMatt: true,
			mesh: carefulMesh(lattice, matt, resolution),
			field: latticeField(matt),
			hull: grid,
			ladder,
		};
	if (!learned) return undefined;
	const hollows = await ctx.step("hollows", 0.2, (c) =>
		hollowsByGuess(smoothTaubin(hull, SMOOTHING), lattice, views, cones, c),
	);
	if (!hollows) return undefined;
	const carvedLadder = { ...ladder, hollows };
	const mesh = carvedMesh(ladderField(carvedLadder), resolution);
	if (!believesHollows(hull, mesh, colored, ctx.checkpoint)) return undefined;
	ctx.notice({
		code: "hollows-guessed",
		severity: "info",
		message:
			"how deep the object's hollows are is a guess: the pictures look alike either way",
		remedy:
			"Take pictures that look straight into them, or switch `learned` off.",
	});
	return {
		isMatt: false,
		mesh,
		field: latticeField(carvedBy(lattice, hollows)),
		hull: grid,
		ladder: carvedLadder,
	};
}
