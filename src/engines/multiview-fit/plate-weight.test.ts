import { expect, test } from "vitest";
import type { Field } from "../../core/shape.ts";
import { extractSurface } from "../../kernel/field/extract-surface.ts";
import { slenderAsIn, thinPlateWeight } from "./plate-weight.ts";

/** A ball with a ring on top of it. */
const RINGED: Field = {
	bounds: { min: [-0.4, -0.4, -0.4], max: [0.4, 0.75, 0.4] },
	lipschitz: 1,
	sample(points, out, count) {
		for (let n = 0; n < count; n++) {
			const [x, y, z] = points.subarray(n * 3, n * 3 + 3);
			const ball = Math.hypot(x, y, z) - 0.35;
			const ring = Math.hypot(Math.hypot(x, y - 0.5) - 0.17, z) - 0.018;
			out[n] = Math.min(ball, ring);
		}
	},
};

test("slender parts are where the hull has them, solid ones where the fit has them", () => {
	const hull = extractSurface(RINGED, { resolution: 80 });
	const plateWeight = thinPlateWeight(hull, RINGED, 0.004);
	const fit = { ...hull, positions: hull.positions.map((p) => 0.97 * p) };
	const positions = slenderAsIn(hull, fit, plateWeight);
	let ring = 0;
	let ball = 0;
	for (let i = 0; i < positions.length; i += 3) {
		const y = hull.positions[i + 1];
		const here = positions.subarray(i, i + 3);
		if (y > 0.45) {
			expect(here).toEqual(hull.positions.subarray(i, i + 3));
			ring++;
		} else if (y < 0.2) {
			expect(here).toEqual(fit.positions.subarray(i, i + 3));
			ball++;
		}
	}
	expect(ring).toBeGreaterThan(200);
	expect(ball).toBeGreaterThan(1000);
});
