import { expect, test } from "vitest";
import type { Field } from "../../core/shape.ts";
import { extractSurface } from "../field/extract-surface.ts";
import { sampleToGrid } from "../field/grid-field.ts";
import { canonicalCamera, resizeCamera } from "../math/camera.ts";
import {
	type DepthGuess,
	findHollows,
	type HollowOptions,
} from "./find-hollows.ts";
import { firstDepths } from "./surface-layers.ts";

const SIDE = 48;
const CUBE: Field = {
	bounds: { min: [-0.45, -0.45, -0.45], max: [0.45, 0.45, 0.45] },
	lipschitz: 1,
	sample(points, out, count) {
		for (let n = 0; n < count; n++)
			out[n] =
				Math.max(
					Math.abs(points[n * 3]),
					Math.abs(points[n * 3 + 1]),
					Math.abs(points[n * 3 + 2]),
				) - 0.4;
	},
};
const lattice = sampleToGrid(CUBE, 64, 0.05);
const surface = extractSurface(CUBE, { resolution: 48 });
const OPTIONS: HollowOptions = {
	least: 0.02,
	leastOdds: 0,
	around: 0,
	leastCells: 1,
	lostSide: 1,
	wrongShare: 1,
};

/** The cube from in front, from above and from the right: nothing is guessed to be anywhere else. */
function guesses(): DepthGuess[] {
	return (["front", "top", "right"] as const).map((side) => {
		const camera = resizeCamera(canonicalCamera(side, 512, 512), SIDE, SIDE);
		const first = firstDepths(surface, camera);
		return {
			camera,
			first,
			depth: first.slice(),
			doubt: first.map(() => 0.01),
			odds: first.map(() => -3),
			deep: first.map((depth) => depth && depth + 0.1),
		};
	});
}

/** Guesses a hollow over a square about the middle; how many cells that are. */
function dig(
	{ first, odds, deep }: DepthGuess,
	halfSide: number, // cells
	behind: number,
	sure = 2,
): number {
	let cells = 0;
	for (let at = 0; at < first.length; at++) {
		const x = Math.abs((at % SIDE) + 0.5 - SIDE / 2);
		const y = Math.abs(Math.floor(at / SIDE) + 0.5 - SIDE / 2);
		if (x > halfSide || y > halfSide || first[at] === 0) continue;
		deep[at] = first[at] + behind;
		odds[at] = sure;
		cells++;
	}
	return cells;
}

const count = (depths: Float32Array): number =>
	depths.filter((depth) => depth > 0).length;

test("a pit within a face is a hollow", () => {
	const views = guesses();
	const cells = dig(views[0], 5, 0.2);
	const found = findHollows(lattice, views, OPTIONS);
	expect(found.map(count)).toEqual([cells, 0, 0]);
	const middle = (SIDE / 2) * SIDE + SIDE / 2;
	expect(found[0][middle] - views[0].first[middle]).toBeCloseTo(0.2, 5);
});

test("what is too shallow, or rather unlikely, is none", () => {
	const shallow = guesses();
	dig(shallow[0], 5, 0.015);
	expect(findHollows(lattice, shallow, OPTIONS).map(count)).toEqual([0, 0, 0]);
	const unlikely = guesses();
	dig(unlikely[0], 5, 0.2, -0.1);
	expect(findHollows(lattice, unlikely, OPTIONS).map(count)).toEqual([0, 0, 0]);
});

test("a whole face cannot be hollow: other views show its edge", () => {
	const views = guesses();
	dig(views[0], SIDE, 0.2);
	const pit = dig(views[1], 4, 0.1);
	expect(findHollows(lattice, views, OPTIONS).map(count)).toEqual([0, pit, 0]);
});

test("a pit is no hole: it leaves matter behind it", () => {
	const front = guesses();
	const alone = dig(front[0], 6, 0.5);
	expect(findHollows(lattice, front, OPTIONS).map(count)).toEqual([
		alone,
		0,
		0,
	]);
	const through = guesses();
	dig(through[0], 6, 0.9);
	expect(findHollows(lattice, through, OPTIONS).map(count)).toEqual([0, 0, 0]);
});

test("specks are none; what falls short between the cells of a hollow joins them", () => {
	const speckled = guesses();
	const { first, odds, deep } = speckled[0];
	for (let at = 0; at < first.length; at++) {
		const x = Math.abs((at % SIDE) + 0.5 - SIDE / 2);
		const y = Math.abs(Math.floor(at / SIDE) + 0.5 - SIDE / 2);
		if (x > 5 || y > 5) continue;
		deep[at] = first[at] + 0.2;
		// A chequered board: no two cells that are sure enough lie side by side.
		odds[at] = ((at % SIDE) + Math.floor(at / SIDE)) % 2 === 0 ? 1 : -0.5;
	}
	const many = { ...OPTIONS, leastCells: 8 };
	expect(findHollows(lattice, speckled, many).map(count)).toEqual([0, 0, 0]);
	const joined = findHollows(lattice, speckled, { ...many, around: 1 });
	expect(joined.map(count)).toEqual([50, 0, 0]);
});

test("a hollow that enough of those who speak of it are wrong about is none", () => {
	const views = guesses();
	const pit = dig(views[1], 10, 0.25);
	// From in front, a small hole right through the block where the pit is.
	const { first, odds, deep } = views[0];
	for (let y = 15; y < 19; y++)
		for (let x = 22; x < 26; x++) {
			odds[y * SIDE + x] = 2;
			deep[y * SIDE + x] = first[y * SIDE + x] + 0.9;
		}
	const found = (wrongShare: number): number[] =>
		findHollows(lattice, views, { ...OPTIONS, wrongShare }).map(count);
	expect(found(1)).toEqual([0, pit, 0]);
	expect(found(0.3)).toEqual([0, pit, 0]);
	expect(found(0.03)).toEqual([0, 0, 0]);
});

test("single rows left empty are a matter of the grid", () => {
	const views = guesses();
	// Two columns of a face, all the way up and through: from above one row is left empty.
	const { first, odds, deep } = views[0];
	let cells = 0;
	for (let at = 0; at < first.length; at++) {
		if (first[at] === 0 || at % SIDE !== SIDE / 2) continue;
		odds[at] = 2;
		deep[at] = first[at] + 0.9;
		cells++;
	}
	expect(cells).toBeGreaterThan(10);
	expect(findHollows(lattice, views, OPTIONS).map(count)).toEqual([0, 0, 0]);
	const lenient = findHollows(lattice, views, { ...OPTIONS, lostSide: 2 });
	expect(lenient.map(count)).toEqual([cells, 0, 0]);
});
