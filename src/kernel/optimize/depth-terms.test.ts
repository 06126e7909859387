import { describe, expect, test } from "vitest";
import { canonicalCamera, pixelRay } from "../math/camera.ts";
import { addDepthTerms, depthPlanes } from "./depth-terms.ts";
import { createPlaneTerms } from "./plane-terms.ts";

const SIDE = 32;
const camera = canonicalCamera("front", SIDE, SIDE);
const normal = [0.4, -0.3, Math.sqrt(1 - 0.25)];

/** Depths of the plane normal · p = offset. */
function planeDepths(offset: number): Float32Array {
	return Float32Array.from({ length: SIDE * SIDE }, (_, at) => {
		const d = pixelRay(camera, (at % SIDE) + 0.5, Math.floor(at / SIDE) + 0.5);
		const t =
			(offset - 2.5 * normal[2]) /
			(normal[0] * d[0] + normal[1] * d[1] + normal[2] * d[2]);
		return -t * d[2];
	});
}

const doubt = new Float32Array(SIDE * SIDE).fill(0.01);
const OPTIONS = { weight: 3, halfDoubt: 0.01, reach: 0.05 };

/** The terms of one vertex on the view's axis, seen with this weight. */
function pull(
	z: number,
	depth: Float32Array,
	doubts: Float32Array,
	seen = 1,
): ReturnType<typeof createPlaneTerms> {
	const terms = createPlaneTerms(1);
	addDepthTerms(
		terms,
		Float64Array.of(0, 0, z),
		Float64Array.from(normal),
		[depthPlanes(camera, depth, doubts)],
		[Float32Array.of(seen)],
		OPTIONS,
	);
	return terms;
}

describe("depths that a view is thought to have", () => {
	test("draw a vertex to their plane, as far as they are sure", () => {
		// The plane meets the axis at z = 0.1 / n_z.
		const z = 0.1 / normal[2] + 0.02;
		const { gradient, blocks } = pull(z, planeDepths(0.1), doubt);
		const distance = 0.02 * normal[2];
		const along = 0.01 * normal[2]; // the doubt, along the normal at the axis
		const weight = 3 / (1 + (along / 0.01) ** 2);
		for (let k = 0; k < 3; k++)
			expect(gradient[k] / (weight * distance * normal[k])).toBeCloseTo(1, 1);
		expect(blocks[0] / (weight * normal[0] ** 2)).toBeCloseTo(1, 1);
		const vague = pull(
			z,
			planeDepths(0.1),
			doubt.map((d) => 5 * d),
		);
		expect(gradient[2] / vague.gradient[2]).toBeGreaterThan(8);
	});

	test("pull no harder from farther away than their reach", () => {
		const near = pull(0.1 / normal[2] + 0.06, planeDepths(0.1), doubt);
		const far = pull(0.1 / normal[2] + 0.3, planeDepths(0.1), doubt);
		expect(far.gradient[2]).toBeCloseTo(near.gradient[2], 2);
	});

	test("say nothing where nothing is known, seen, or faces the other way", () => {
		const unknown = pull(0.2, new Float32Array(SIDE * SIDE), doubt);
		const hidden = pull(0.2, planeDepths(0.1), doubt, 0);
		const terms = createPlaneTerms(1);
		addDepthTerms(
			terms,
			Float64Array.of(0, 0, 0.2),
			Float64Array.from(normal, (n) => -n),
			[depthPlanes(camera, planeDepths(0.1), doubt)],
			[Float32Array.of(1)],
			OPTIONS,
		);
		for (const { blocks, gradient } of [unknown, hidden, terms]) {
			expect(Math.max(...blocks.map(Math.abs))).toBe(0);
			expect(Math.max(...gradient.map(Math.abs))).toBe(0);
		}
	});

	test("planes do not lean over a jump in depth", () => {
		const depth = Float32Array.from({ length: SIDE * SIDE }, (_, at) =>
			at % SIDE < SIDE / 2 ? 2.2 : 2.8,
		);
		const { planes } = depthPlanes(camera, depth, doubt);
		for (let at = 0; at < SIDE * SIDE; at++) {
			const nz = planes[at * 6 + 5];
			if (nz !== 0) expect(nz).toBeCloseTo(1, 6);
		}
		expect(planes[(16 * SIDE + 15) * 6 + 5]).toBeCloseTo(1, 6);
	});
});
