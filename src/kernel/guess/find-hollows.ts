import type { Camera } from "../../core/camera.ts";
import type { Lattice } from "../field/grid-field.ts";
import { connectedComponents } from "../image/connected-components.ts";
import { projectionMatrix } from "../math/camera.ts";

/** Where one view's surface is, and where it is guessed to be. */
export interface DepthGuess {
	/** Of the size of the maps. */
	readonly camera: Camera;
	/** Depth of the surface that the guess started from; 0 where none is. */
	readonly first: Float32Array; // [height × width] world units
	readonly depth: Float32Array; // [height × width] world units; guessed
	readonly doubt: Float32Array; // [height × width] world units, along the view axis
}

export interface HollowOptions {
	/** Depth behind the surface from which on a guess speaks of a hollow; world units. */
	readonly least: number;
	/** Doubt that it may have, as a share of that depth. */
	readonly mostDoubt: number;
	/** By what its depth is multiplied: whoever doubts guesses too little. */
	readonly stretch: number;
}

/** Cells of other views that a hollow may leave empty: as a share of its own cells, and besides. */
const LOST_SHARE = 0.05;
const LOST_CELLS = 2;
/** Hollows that are dropped may have hidden others behind them; rounds in which that is looked at. */
const MOST_ROUNDS = 4;

/**
 * Depths of the hollows that guesses speak of and no outline contradicts. A guess that doubts how deep a
 * hollow is can still be sure that there is one. But what it would carve out of the hull must not
 * leave any view without matter where that view shows some: connected cells that would are no hollow.
 */
export function findHollows(
	{ values, counts, spacing, origin }: Lattice, // of the hull
	guesses: readonly DepthGuess[],
	{ least, mostDoubt, stretch }: HollowOptions,
): Float32Array[] /* per guess [height × width] world units, 0 off the hollows */ {
	// (1) Connected cells of each view that claim to be hollow, numbered through all views.
	const claimed = guesses.map(({ first, depth, doubt }) =>
		first.map((surface, at) => {
			const behind = depth[at] - surface;
			const isHollow =
				surface > 0 && behind > least && mostDoubt * behind > doubt[at];
			return isHollow ? surface + stretch * behind : 0;
		}),
	);
	const sizes: number[] = [];
	const numbers = guesses.map(({ camera: { width, height } }, v) => {
		const { labels, components } = connectedComponents(
			Uint8Array.from(claimed[v], (depth) => (depth > 0 ? 1 : 0)),
			width,
			height,
			4,
		);
		const before = sizes.length;
		for (const { area } of components) sizes.push(area);
		return labels.map((label) => (label < 0 ? -1 : label + before));
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
	// (3) Claims that leave other cells empty are dropped.
	const isDropped = new Uint8Array(sizes.length);
	for (let round = 0; round < MOST_ROUNDS; round++) {
		const lost = lostCells(perView, guesses, isDropped, inside.length);
		let drops = 0;
		for (const [claim, cells] of lost)
			if (cells.size > LOST_SHARE * sizes[claim] + LOST_CELLS) {
				isDropped[claim] = 1;
				drops++;
			}
		if (drops === 0) break;
	}
	return claimed.map((set, v) =>
		set.map((depth, at) => (isDropped[numbers[v][at]] === 1 ? 0 : depth)),
	);
}

interface SeenPoints {
	readonly cells: Int32Array; // [points] −1 where not in the picture
	readonly carvers: Int32Array; // [points] claim, −1 for none
}

/** For each claim, the cells (numbered through all views) whose last matter it helps to carve. */
function lostCells(
	views: readonly SeenPoints[],
	guesses: readonly DepthGuess[],
	isDropped: Uint8Array, // [claims]
	count: number,
): Map<number, Set<number>> {
	const carves = (view: SeenPoints, k: number): boolean =>
		view.carvers[k] >= 0 && isDropped[view.carvers[k]] === 0;
	const isCarved = new Uint8Array(count);
	for (const view of views)
		for (let k = 0; k < count; k++) if (carves(view, k)) isCarved[k] = 1;
	const lost = new Map<number, Set<number>>();
	let before = 0;
	for (const [v, { cells }] of views.entries()) {
		const { width, height } = guesses[v].camera;
		const isLeft = new Uint8Array(width * height);
		for (let k = 0; k < count; k++)
			if (cells[k] >= 0 && isCarved[k] === 0) isLeft[cells[k]] = 1;
		for (let k = 0; k < count; k++) {
			if (cells[k] < 0 || isLeft[cells[k]] === 1) continue;
			for (const view of views) {
				if (!carves(view, k)) continue;
				const claim = view.carvers[k];
				const set = lost.get(claim) ?? new Set<number>();
				lost.set(claim, set.add(before + cells[k]));
			}
		}
		before += width * height;
	}
	return lost;
}
