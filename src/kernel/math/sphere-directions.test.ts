import { expect, test } from "vitest";
import { sphereDirections } from "./sphere-directions.ts";

test("unit vectors, about as far from their nearest neighbours everywhere, and balanced", () => {
	const count = 100;
	const directions = sphereDirections(count);
	const mean = [0, 0, 0];
	for (const d of directions) {
		expect(Math.hypot(...d)).toBeCloseTo(1, 12);
		for (let k = 0; k < 3; k++) mean[k] += d[k] / count;
		const nearest = Math.min(
			...directions
				.filter((other) => other !== d)
				.map((o) => Math.hypot(d[0] - o[0], d[1] - o[1], d[2] - o[2])),
		);
		// Of 100 equal cells each is about 0.35 across.
		expect(nearest).toBeGreaterThan(0.2);
		expect(nearest).toBeLessThan(0.4);
	}
	expect(Math.hypot(...mean)).toBeLessThan(0.02);
});
