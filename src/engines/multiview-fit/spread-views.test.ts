import { expect, test } from "vitest";
import {
	lookFrom,
	spreadEyes,
} from "../../kernel/optimize/painted-view.test-support.ts";
import { spreadViews } from "./spread-views.ts";

const ring = Array.from({ length: 12 }, (_, n) => {
	const turn = (n * Math.PI) / 6;
	return lookFrom(2 * Math.sin(turn), 0, 2 * Math.cos(turn), 8, 8);
});

test("a few of a ring stand evenly", () => {
	expect(spreadViews(ring, 4)).toEqual([0, 3, 6, 9]);
});

test("all are taken where there are no more", () => {
	expect(spreadViews(ring, 12)).toEqual(ring.map((_, n) => n));
	expect(spreadViews(ring, 40)).toHaveLength(12);
});

test("no side of the sphere is left out", () => {
	const eyes = spreadEyes(200, 2);
	const taken = spreadViews(
		eyes.map(([x, y, z]) => lookFrom(x, y, z, 8, 8)),
		32,
	);
	expect(new Set(taken).size).toBe(32);
	for (const eye of eyes) {
		const nearest = Math.max(
			...taken.map((t) =>
				eyes[t].reduce((sum, c, k) => sum + (c * eye[k]) / 4, 0),
			),
		);
		expect(nearest).toBeGreaterThan(Math.cos(0.6));
	}
});
