import { expect, test } from "vitest";
import type { Field } from "../../core/shape.ts";
import { sampleToGrid } from "../field/grid-field.ts";
import { canonicalCamera, pixelRay } from "../math/camera.ts";
import { hullLayers } from "./hull-layers.ts";

/** Two balls, one behind the other as seen from the front. */
const BALLS = [
	[0.05, 0, 0.25, 0.18],
	[0, 0, -0.25, 0.22],
];
const field: Field = {
	bounds: { min: [-0.5, -0.5, -0.5], max: [0.5, 0.5, 0.5] },
	lipschitz: 1,
	sample(points, out, count) {
		for (let n = 0; n < count; n++)
			out[n] = Math.min(
				...BALLS.map(
					([x, y, z, r]) =>
						Math.hypot(
							points[n * 3] - x,
							points[n * 3 + 1] - y,
							points[n * 3 + 2] - z,
						) - r,
				),
			);
	},
};

test("rays enter the nearer ball and leave it again before the other", () => {
	const camera = canonicalCamera("front", 64, 64);
	const { enter, leave } = hullLayers(sampleToGrid(field, 96, 0.05), camera);
	let both = 0;
	for (let at = 0; at < enter.length; at++) {
		const d = pixelRay(camera, (at % 64) + 0.5, Math.floor(at / 64) + 0.5);
		const spans = BALLS.flatMap(([x, y, z, r]) => {
			const o = [-x, -y, 2.5 - z];
			const b = o[0] * d[0] + o[1] * d[1] + o[2] * d[2];
			const c = o[0] ** 2 + o[1] ** 2 + o[2] ** 2 - r * r;
			// Rays that only graze a ball may miss it on the lattice.
			if (b * b - c < 0.006) return b * b - c > -0.002 ? [Number.NaN] : [];
			const half = Math.sqrt(b * b - c);
			return [(-b - half) * -d[2], (-b + half) * -d[2]];
		});
		if (spans.some(Number.isNaN)) continue;
		if (spans.length === 0) {
			expect([enter[at], leave[at]]).toEqual([0, 0]);
			continue;
		}
		if (spans.length === 4) both++;
		expect(Math.abs(enter[at] - spans[0])).toBeLessThan(0.003);
		expect(Math.abs(leave[at] - spans[1])).toBeLessThan(0.003);
	}
	expect(both).toBeGreaterThan(50);
});
