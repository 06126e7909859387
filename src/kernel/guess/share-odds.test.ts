import { expect, test } from "vitest";
import type { Mesh } from "../../core/mesh.ts";
import { canonicalCamera, resizeCamera } from "../math/camera.ts";
import type { DepthGuess } from "./find-hollows.ts";
import { shareOdds } from "./share-odds.ts";
import { firstDepths } from "./surface-layers.ts";

const SIDE = 32;
/** A tent: two slopes that meet in an edge along x, seen from in front and from above. */
const TENT: Mesh = {
	positions: Float32Array.of(
		...[-0.4, -0.4, 0.4, 0.4, -0.4, 0.4, 0.4, 0.4, -0.4, -0.4, 0.4, -0.4],
	),
	indices: Uint32Array.of(0, 1, 2, 0, 2, 3),
};

function guessFrom(side: "front" | "top" | "back", odds: number): DepthGuess {
	const camera = resizeCamera(canonicalCamera(side, 512, 512), SIDE, SIDE);
	const first = firstDepths(TENT, camera);
	return {
		camera,
		first,
		depth: first.slice(),
		doubt: first.map(() => 0.01),
		odds: first.map((depth) => (depth > 0 ? odds : -9)),
		deep: first.map((depth) => depth && depth + 0.1),
	};
}

const middle = (SIDE / 2) * SIDE + SIDE / 2;

test("views of the same place agree on the mean of their odds, none surer than five", () => {
	const [front, top] = shareOdds([guessFrom("front", 3), guessFrom("top", -1)]);
	expect(front[middle]).toBeCloseTo(1, 5);
	expect(top[middle]).toBeCloseTo(1, 5);
	const [bold] = shareOdds([guessFrom("front", 50), guessFrom("top", -1)]);
	expect(bold[middle]).toBeCloseTo(2, 5);
});

test("who sees another side has no say, and nothing is said where no surface is", () => {
	const front = guessFrom("front", 3);
	const above = guessFrom("top", -1);
	// The top view sees something before the slope.
	const hidden = { ...above, first: above.first.map((d) => d && d - 0.5) };
	const [own] = shareOdds([front, hidden]);
	expect(own[middle]).toBeCloseTo(3, 5);
	expect(own[0]).toBe(-9);
});
