import { expect, test } from "vitest";
import { silhouetteDistance } from "../../kernel/image/silhouette-distance.ts";
import { cube, join, translated } from "../../kernel/mesh/shapes.ts";
import {
	lookFrom,
	paintedView,
} from "../../kernel/optimize/painted-view.test-support.ts";
import { keepOutlines } from "./fit-few.ts";
import { createSilhouetteFit } from "./silhouette-fit.ts";

const body = cube(0.4);
const leg = translated(cube(0.08), 0.35, 0, 0);
const whole = join(body, leg);
const views = [
	[0, 0, 2.5],
	[0, 2.5, 0.01],
	[2.5, 0, 0.01], // the leg is before the body
].map(([x, y, z]) => paintedView(whole, lookFrom(x, y, z, 256, 350)));
const match = createSilhouetteFit(
	views.map(({ mask, camera }) => ({
		camera,
		silhouette: silhouetteDistance(mask),
	})),
	views,
);

test("what the pictures show matches", async () => {
	const { overlap, missing } = await match(whole);
	expect(overlap).toBeGreaterThan(0.94);
	expect(missing).toBe(0);
});

test("a part that is not there is missing; an outline a pixel off is not", async () => {
	const { missing } = await match(body);
	// The leg's share of the area in a view that shows it.
	expect(missing).toBeGreaterThan(0.03);
	expect(missing).toBeLessThan(0.05);
	const close = {
		...whole,
		positions: whole.positions.map((p) => p * 0.985),
	};
	expect((await match(close)).missing).toBe(0);
});

test("a fit that lacks a part gives way to the hull, one whose outline is a pixel off does not", async () => {
	const close = {
		...whole,
		positions: whole.positions.map((p) => p * 0.985),
	};
	expect(await keepOutlines(body, whole, match)).toBe(whole);
	expect(await keepOutlines(close, whole, match)).toBe(close);
});
