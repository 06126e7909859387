import type { Camera } from "../../core/camera.ts";
import type { Lattice } from "../field/grid-field.ts";
import { connectedComponents } from "../image/connected-components.ts";
import { projectionMatrix } from "../math/camera.ts";
import { joinClaims, lostCells, type SeenPoints } from "./hollow-claims.ts";

/** Where one view's surface is, and where it is guessed to be: near there, or far behind in a hollow. */
export interface DepthGuess {
	/** Of the size of the maps. */
	readonly camera: Camera;
	/** Depth of the surface that the guess started from; 0 where none is. */
	readonly first: Float32Array; // [height × width] world units
	readonly depth: Float32Array; // [height × width] world units; guessed where it is no hollow
	readonly doubt: Float32Array; // [height × width] world units, along the view axis
	/** Logarithm of the odds that it is a hollow. */
	readonly odds: Float32Array; // [height × width]
	readonly deep: Float32Array; // [height × width] world units; guessed where it is a hollow
}

export interface HollowOptions {
	/** Depth behind the surface from which on a guess speaks of a hollow; world units. */
	readonly least: number;
	/** Logarithm of the odds that it must have. */
	readonly leastOdds: number;
	/** By how much cells between those of a hollow may fall short of that; they join, and do not belong. */
	readonly around: number;
	/** Cells of fewer are specks. */
	readonly leastCells: number;
	/** Side of the squares of cells that must be left empty for a contradiction: single rows at rims are a matter of the grid. */
	readonly lostSide: 1 | 2;
	/** Share of a hollow's cells, in all views, from which on, if they contradict the outlines, none is believed. */
	readonly wrongShare: number;
}

/** Cells of other views that a hollow may leave empty: as a share of its own cells, and besides. */
const LOST_SHARE = 0.05;
const LOST_CELLS = 2;
/** Hollows that are dropped may have hidden others behind them; rounds in which that is looked at. */
const MOST_ROUNDS = 4;

/**
 * Depths of the hollows that guesses speak of and no outline contradicts: what they would carve out of the hull must not
 * leave any view without matter where that view shows some: connected cells that would are no hollow.
 */
export function findHollows(
	{ values, counts, spacing, origin }: Lattice, // of the hull
	guesses: readonly DepthGuess[],
	options: HollowOptions,
): Float32Array[] /* per guess [height × width] world units, 0 off the hollows */ {
	const { least, leastOdds, around, leastCells, wrongShare } = options;
	// (1) Connected cells of each view that claim to be hollow, numbered through all views.
	const claimed = guesses.map(({ first, odds, deep }) =>
		first.map((surface, at) =>
			surface > 0 && odds[at] > leastOdds && deep[at] - surface > least
				? deep[at]
				: 0,
		),
	);
	const sizes: number[] = [];
	const numbers = guesses.map(({ camera: { width, height } }, v) => {
		const { labels, components } = connectedComponents(
			Uint8Array.from(guesses[v].odds, (odds, at) =>
				claimed[v][at] > 0 ||
				(around > 0 && guesses[v].first[at] > 0 && odds > leastOdds - around)
					? 1
					: 0,
			),
			width,
			height,
			4,
		);
		const before = sizes.length;
		for (let n = 0; n < components.length; n++) sizes.push(0);
		const own = labels.map((label, at) =>
			claimed[v][at] > 0 ? label + before : -1,
		);
		for (const claim of own) if (claim >= 0) sizes[claim]++;
		return own.map((claim) =>
			claim >= 0 && sizes[claim] < leastCells ? -1 : claim,
		);
	});
	if (sizes.length === 0) return claimed;
	// (2) Cells of all views that each point of the hull is seen in.
	const inside: number[] = [];
	for (let n = 0; n < values.length; n++) if (values[n] <= 0) inside.push(n);
	const [nx, ny] = counts;
	const perView = guesses.map((guess, index): SeenPoints => {
		const { width, height } = guess.camera;
		const p = projectionMatrix(guess.camera);
		const cells = new Int32Array(inside.length);
		const carvers = new Int32Array(inside.length).fill(-1);
		const number = numbers[index];
		for (let k = 0; k < inside.length; k++) {
			const n = inside[k];
			const x = origin[0] + (n % nx) * spacing;
			const y = origin[1] + (Math.floor(n / nx) % ny) * spacing;
			const z = origin[2] + Math.floor(n / (nx * ny)) * spacing;
			const d = p[8] * x + p[9] * y + p[10] * z + p[11];
			const u = (p[0] * x + p[1] * y + p[2] * z + p[3]) / d;
			const v = (p[4] * x + p[5] * y + p[6] * z + p[7]) / d;
			const isSeen = u >= 0 && v >= 0 && u < width && v < height;
			const cell = isSeen ? (v | 0) * width + (u | 0) : -1;
			cells[k] = cell;
			if (isSeen && number[cell] >= 0 && d < claimed[index][cell] - spacing / 2)
				carvers[k] = number[cell];
		}
		return { cells, carvers };
	});
	// (3) Claims that leave other cells empty are dropped, and what most of those who speak of it are wrong about.
	const hollowOf = joinClaims(perView, sizes.length, inside.length);
	const whole = new Uint32Array(sizes.length);
	for (const [claim, size] of sizes.entries()) whole[hollowOf[claim]] += size;
	const isDropped = new Uint8Array(sizes.length);
	for (let round = 0; round < MOST_ROUNDS; round++) {
		const lost = lostCells(
			perView,
			guesses.map(({ camera }) => camera),
			isDropped,
			options.lostSide,
		);
		let drops = 0;
		for (const [claim, cells] of lost)
			if (cells.size > LOST_SHARE * sizes[claim] + LOST_CELLS) {
				isDropped[claim] = 1;
				drops++;
			}
		if (drops === 0) break;
	}
	const wrong = new Uint32Array(sizes.length);
	for (const [claim, size] of sizes.entries())
		wrong[hollowOf[claim]] += isDropped[claim] * size;
	for (const [claim, hollow] of hollowOf.entries())
		if (wrong[hollow] > wrongShare * whole[hollow]) isDropped[claim] = 1;
	return claimed.map((set, v) =>
		set.map((depth, at) =>
			numbers[v][at] < 0 || isDropped[numbers[v][at]] === 1 ? 0 : depth,
		),
	);
}
