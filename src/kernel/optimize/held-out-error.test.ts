import { expect, test } from "vitest";
import type { Mesh } from "../../core/mesh.ts";
import { colorPyramid } from "../image/color-pyramid.ts";
import { icosphere, translated } from "../mesh/shapes.ts";
import { compareWhereApart, predictViews } from "./held-out-error.ts";
import {
	lookFrom,
	paintedView,
	spreadEyes,
} from "./painted-view.test-support.ts";
import { sweepView } from "./sweep-depth.ts";

const ball = icosphere(4, 0.4);
const views = spreadEyes(12, 2)
	.map(([x, y, z]) => paintedView(ball, lookFrom(x, y, z, 96, 140)))
	.map(({ image, mask, camera }) =>
		sweepView(camera, colorPyramid(image, mask, 1)[0]),
	);
const JUDGES = [2, 7];
const truth = predictViews(ball, views, JUDGES);

function errorOf(mesh: Mesh): number {
	return compareWhereApart(truth, predictViews(mesh, views, JUDGES), 0).b;
}

test("the true surface predicts the pictures, a displaced one does worse the farther it is", () => {
	const none = errorOf(ball);
	const some = errorOf(translated(ball, 0.03, 0, 0));
	const more = errorOf(translated(ball, 0.06, 0, 0));
	expect(none).toBeLessThan(0.03);
	expect(some).toBeGreaterThan(1.5 * none);
	expect(more).toBeGreaterThan(1.3 * some);
	expect(errorOf(icosphere(4, 0.44))).toBeGreaterThan(1.5 * none);
});

test("only where two surfaces are apart do they count", () => {
	// The half with x > 0 swells.
	const swollen = {
		...ball,
		positions: ball.positions.map((p, i, all) =>
			all[i - (i % 3)] > 0 ? p * 1.06 : p,
		),
	};
	const predicted = predictViews(swollen, views, JUDGES);
	const everywhere = compareWhereApart(truth, predicted, 0);
	const there = compareWhereApart(truth, predicted, 0.01);
	expect(there.pixels).toBeGreaterThan(100);
	expect(there.pixels).toBeLessThan(0.8 * everywhere.pixels);
	expect(there.b / there.a).toBeGreaterThan(everywhere.b / everywhere.a);
	expect(compareWhereApart(truth, truth, 0.01).pixels).toBe(0);
});

test("a surface that is not there is the worst", () => {
	const elsewhere = translated(icosphere(2, 0.05), 3, 0, 0);
	expect(errorOf(elsewhere)).toBeCloseTo(0.25, 6);
});
