import { expect, test } from "vitest";
import { addPlanes, createPlaneTerms } from "./plane-terms.ts";
import { createOutlineBins, silhouettePlanes } from "./silhouette-terms.ts";
import { cameraAt, coneOf, photographSphere } from "./views.test-support.ts";

const camera = cameraAt([0, 0, 2.5]);
const cone = coneOf(
	camera,
	photographSphere(camera, 0.4, () => [0, 0, 0]).mask,
);
/** Radius of the circle in which the cone of a sphere of 0.4 cuts the plane z = 0. */
const CIRCLE = 0.4 / Math.sqrt(1 - (0.4 / 2.5) ** 2);
const OPTIONS = { insideWeight: 1, rimWeight: 0, rimReach: 14 };

test.each([0, 0.7, 2.1, 3.9, 5.5])(
	"a point outside is drawn to the cone's tangent plane (azimuth %f)",
	(azimuth) => {
		const x = Math.cos(azimuth);
		const y = Math.sin(azimuth);
		const positions = Float64Array.of(
			0.45 * x,
			0.45 * y,
			0,
			0.2 * x,
			0.2 * y,
			0,
		);
		const terms = createPlaneTerms(2);
		addPlanes(
			terms,
			silhouettePlanes(
				positions,
				Float64Array.of(x, y, 0, x, y, 0),
				createOutlineBins(cone, 2),
				OPTIONS,
			),
		);
		// Distance to the tangent plane of the cone: (0.45 − circle) · cos(half angle).
		const distance = (0.45 - CIRCLE) * Math.sqrt(1 - (0.4 / 2.5) ** 2);
		const [gx, gy, gz] = terms.gradient;
		expect(Math.hypot(gx, gy, gz)).toBeCloseTo(distance, 2.5);
		expect((gx * x + gy * y) / Math.hypot(gx, gy)).toBeGreaterThan(0.995);
		expect(terms.gradient.subarray(3).every((g) => g === 0)).toBe(true);
	},
);

test("the rim is the outermost vertex of its piece, drawn outwards and harder from step to step", () => {
	const positions = Float64Array.of(0.39, 0, 0, 0.37, 0, 0);
	const normals = Float64Array.of(1, 0, 0, 1, 0, 0);
	const bins = createOutlineBins(cone, 2);
	let before = 0;
	for (let step = 0; step < 3; step++) {
		const terms = createPlaneTerms(2);
		addPlanes(
			terms,
			silhouettePlanes(positions, normals, bins, {
				...OPTIONS,
				rimWeight: 1,
			}),
		);
		expect(terms.gradient[0]).toBeLessThan(before); // minus the pull
		expect(terms.gradient[3]).toBe(0);
		before = terms.gradient[0];
	}
});

test("a vertex turned away from the outline is not its rim", () => {
	const { count } = silhouettePlanes(
		Float64Array.of(0.39, 0, 0),
		Float64Array.of(0, 0, 1),
		createOutlineBins(cone, 2),
		{ ...OPTIONS, rimWeight: 1 },
	);
	expect(count).toBe(0);
});
