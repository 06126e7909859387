import type { Mesh } from "../../core/mesh.ts";
import type { TaskContext } from "../../core/parallel.ts";
import type { RunContext } from "../../core/run-context.ts";
import type { View } from "../../core/view.ts";
import {
	type GridField,
	type Lattice,
	latticeField,
	sampleToGrid,
	sharedLattice,
} from "../../kernel/field/grid-field.ts";
import type { SilhouetteCone } from "../../kernel/field/hull-field.ts";
import {
	type ContinueOptions,
	continueHollows,
} from "../../kernel/guess/continue-hollows.ts";
import type { HollowOptions } from "../../kernel/guess/find-hollows.ts";
import { smoothTaubin } from "../../kernel/mesh/smooth.ts";
import type { ColoredView } from "../../kernel/optimize/photometric-terms.ts";
import { carveByStereo } from "./carve-by-stereo.ts";
import {
	carefulMesh,
	carvedBy,
	carvedLess,
	carvedMesh,
	THIN_RADIUS,
} from "./carved-mesh.ts";
import { compareHollows } from "./compare-hollows.ts";
import { hollowsByGuess } from "./hollows-by-guess.ts";
import { type Ladder, ladderField } from "./hull-ladder.ts";

/** Cells of the carved field along the longest side. */
const GRID_RESOLUTION = 96;
/** Takes the hull's creases off before a network looks at it: that knows fits. */
const SMOOTHING = { passes: 12 };
/** When the views, having spoken with each other, believe in a hollow. */
export const HOLLOW: HollowOptions = {
	least: 0.05,
	leastOdds: 0,
	around: 2,
	leastCells: 8,
	lostSide: 2,
	wrongShare: 0.3,
};
/** Of matt objects: shallower ones, too, for colours judge. */
const MATT_HOLLOW: HollowOptions = { ...HOLLOW, least: 0.03, leastOdds: -1.2 };
/** When a hollow goes on where no picture shows it. The wall is what the network's hollows leave at least. */
const SHELL: ContinueOptions = {
	leastWall: 0.03,
	mostWall: 0.08,
	mostAdded: 1.5,
	leastSeen: 0.6,
};
/** Difference of colours, 0–0.25, that views may find in hollows: on glossy objects they never agree, and where they do not nothing is known. */
const MOST_DIFFERENCE = 0.05;
/** That is looked at where hollows move the surface by so much; world units. */
const APART = 0.01;
/** What hollows must leave of it on matt ones; looked at where they are as deep as one must be: rims are stereo's. */
const WORTH_DIGGING = 0.95;

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
	/** By stereo, which is believed of matt objects only; else by a network alone. */
	readonly isMatt: boolean;
	readonly mesh: Mesh;
	readonly field: GridField;
	readonly hull: GridField;
	readonly ladder: Ladder;
}

/** What stereo carves out of the hull, and what a network sees to be hollow; undefined where there is nothing. */
export async function carveHull(
	input: HullInViews,
	learned: boolean,
	ctx: RunContext,
): Promise<Carved | undefined> {
	const { hull, colored, ladder, resolution } = input;
	const grid = await ctx.step("grid", 0.1, (c) =>
		sampleToGrid(
			ladderField(ladder),
			GRID_RESOLUTION,
			THIN_RADIUS,
			c.checkpoint,
		),
	);
	const lattice = sharedLattice(grid);
	const stereo = await ctx.step("stereo", 0.7, (c) =>
		carveByStereo(hull, lattice, colored, resolution, c),
	);
	const carved: Carved | undefined = stereo
		? {
				isMatt: true,
				mesh: carefulMesh(lattice, stereo, resolution),
				field: latticeField(stereo),
				hull: grid,
				ladder,
			}
		: undefined;
	if (!learned) return carved;
	const dug = await ctx.step("hollows", 0.2, (c) =>
		stereo && carved
			? digCarved(input, lattice, stereo, carved, c)
			: digHull(input, grid, lattice, c),
	);
	if (!dug) return carved;
	ctx.notice({
		code: "hollows-guessed",
		severity: "info",
		message:
			"how deep some of the hollows are, and how far they go on out of sight, is a guess: the pictures hardly tell",
		remedy:
			"Take pictures that look straight into them, or switch `learned` off.",
	});
	return dug;
}

/** Hollows out of the bare hull, on all rungs. */
async function digHull(
	{ hull, cones, views, colored, ladder, resolution }: HullInViews,
	grid: GridField,
	lattice: Lattice,
	ctx: TaskContext,
): Promise<Carved | undefined> {
	const hollows = await hollowsByGuess(
		smoothTaubin(hull, SMOOTHING),
		lattice,
		views,
		cones,
		HOLLOW,
		ctx,
	);
	if (!hollows) return undefined;
	const without = (empty: Lattice): Carved => {
		const carvedLadder = { ...ladder, hollows: empty };
		return {
			isMatt: false,
			mesh: carvedMesh(ladderField(carvedLadder), resolution),
			field: latticeField(carvedBy(lattice, empty)),
			hull: grid,
			ladder: carvedLadder,
		};
	};
	const dug = without(hollows);
	const { b } = await compareHollows(hull, dug.mesh, colored, APART, ctx);
	if (b > MOST_DIFFERENCE) return undefined;
	const whole = continueHollows(lattice, hollows, SHELL);
	return whole ? without(sharedLattice(whole)) : dug;
}

/** Hollows out of what stereo has left: of matt objects colours can tell whether they are there. */
async function digCarved(
	{ cones, views, colored, resolution }: HullInViews,
	lattice: Lattice,
	stereo: Lattice,
	carved: Carved,
	ctx: TaskContext,
): Promise<Carved | undefined> {
	const hollows = await hollowsByGuess(
		smoothTaubin(carved.mesh, SMOOTHING),
		sharedLattice(carvedLess(lattice, stereo)),
		views,
		cones,
		MATT_HOLLOW,
		ctx,
	);
	if (!hollows) return undefined;
	const both = carvedBy(stereo, hollows);
	const without = (empty: Lattice): Carved => ({
		...carved,
		mesh: carefulMesh(lattice, empty, resolution),
		field: latticeField(empty),
	});
	const dug = without(both);
	const { a, b } = await compareHollows(
		carved.mesh,
		dug.mesh,
		colored,
		MATT_HOLLOW.least,
		ctx,
	);
	if (b > Math.min(MOST_DIFFERENCE, WORTH_DIGGING * a)) return undefined;
	const whole = continueHollows(lattice, both, SHELL);
	return whole ? without(whole) : dug;
}
