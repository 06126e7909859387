import { expect, test } from "vitest";
import type { Field } from "../../core/shape.ts";
import { extractSurface } from "../field/extract-surface.ts";
import { sampleToGrid } from "../field/grid-field.ts";
import { canonicalCamera, resizeCamera } from "../math/camera.ts";
import { type DepthGuess, findHollows } from "./find-hollows.ts";
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
const OPTIONS = { least: 0.02, mostDoubt: 1.4, stretch: 1 };

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
		};
	});
}

/** Pushes the guess back over a square about the middle; how many cells that are. */
function dig(
	{ first, depth, doubt }: DepthGuess,
	halfSide: number, // cells
	deep: number,
	unsure: number,
): number {
	let cells = 0;
	for (let at = 0; at < first.length; at++) {
		const x = Math.abs((at % SIDE) + 0.5 - SIDE / 2);
		const y = Math.abs(Math.floor(at / SIDE) + 0.5 - SIDE / 2);
		if (x > halfSide || y > halfSide || first[at] === 0) continue;
		depth[at] = first[at] + deep;
		doubt[at] = unsure;
		cells++;
	}
	return cells;
}

const count = (depths: Float32Array): number =>
	depths.filter((depth) => depth > 0).length;

test("a pit within a face is a hollow, however unsure its depth, and is stretched", () => {
	const views = guesses();
	const cells = dig(views[0], 5, 0.2, 0.15);
	const found = findHollows(lattice, views, { ...OPTIONS, stretch: 1.5 });
	expect(found.map(count)).toEqual([cells, 0, 0]);
	const middle = (SIDE / 2) * SIDE + SIDE / 2;
	expect(found[0][middle] - views[0].first[middle]).toBeCloseTo(0.3, 5);
});

test("what is too shallow, or doubted more than it is deep, is none", () => {
	const shallow = guesses();
	dig(shallow[0], 5, 0.015, 0.001);
	expect(findHollows(lattice, shallow, OPTIONS).map(count)).toEqual([0, 0, 0]);
	const doubted = guesses();
	dig(doubted[0], 5, 0.2, 0.3);
	expect(findHollows(lattice, doubted, OPTIONS).map(count)).toEqual([0, 0, 0]);
});

test("a whole face cannot be hollow: other views show its edge", () => {
	const views = guesses();
	dig(views[0], SIDE, 0.2, 0.05);
	const pit = dig(views[1], 4, 0.1, 0.02);
	expect(findHollows(lattice, views, OPTIONS).map(count)).toEqual([0, pit, 0]);
});

test("a pit is no hole: it leaves matter behind it", () => {
	const front = guesses();
	const alone = dig(front[0], 6, 0.5, 0.05);
	expect(findHollows(lattice, front, OPTIONS).map(count)).toEqual([
		alone,
		0,
		0,
	]);
	const through = guesses();
	dig(through[0], 6, 0.9, 0.05);
	expect(findHollows(lattice, through, OPTIONS).map(count)).toEqual([0, 0, 0]);
});
