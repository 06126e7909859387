import { describe, expect, test } from "vitest";
import type { Camera } from "../../core/camera.ts";
import { createMask } from "../../core/image.ts";
import type { Box } from "../../core/mesh.ts";
import { createRandom } from "../../core/run-context.ts";
import { silhouetteDistance } from "../image/silhouette-distance.ts";
import { lookAt } from "../math/mat4.ts";
import { extractSurface } from "./extract-surface.ts";
import { hullBounds } from "./hull-bounds.ts";
import { hullField, type SilhouetteCone } from "./hull-field.ts";

const BOX: Box = { min: [-0.6, -0.6, -0.6], max: [0.6, 0.6, 0.6] };

const WIDE: Box = { min: [-1.5, -1.5, -1.5], max: [1.5, 1.5, 1.5] };

/** Cones of random blobs of discs, from random directions. */
function randomCones(seed: number, count: number): SilhouetteCone[] {
	const random = createRandom(seed);
	return Array.from({ length: count }, () => {
		const eye: [number, number, number] = [
			random() - 0.5,
			random() - 0.5,
			random() - 0.5,
		];
		const length = Math.hypot(...eye) / 2.5;
		const camera: Camera = {
			worldFromCamera: lookAt(
				[eye[0] / length, eye[1] / length, eye[2] / length],
				[0, 0, 0],
			),
			fx: 130,
			fy: 120,
			cx: 47,
			cy: 51,
			width: 96,
			height: 100,
		};
		const mask = createMask(96, 100);
		const discs = Array.from({ length: 5 }, () => [
			30 + random() * 36,
			32 + random() * 36,
			6 + random() * 14,
		]);
		for (let n = 0; n < mask.data.length; n++)
			for (const [x, y, r] of discs)
				if (Math.hypot((n % 96) - x, Math.floor(n / 96) - y) < r)
					mask.data[n] = 255;
		return { camera, silhouette: silhouetteDistance(mask) };
	});
}

describe("hullField", () => {
	test.each([1, 2, 3])("sparse extraction equals dense, seed %i", (seed) => {
		const field = hullField(randomCones(seed, 4), BOX);
		const { lipschitz: _, ...dense } = field;
		const sparse = extractSurface(field, { resolution: 90 });
		expect(sparse.indices.length).toBeGreaterThan(300);
		const reference = extractSurface(dense, { resolution: 90 });
		expect(
			Buffer.from(sparse.positions.buffer).equals(
				Buffer.from(reference.positions.buffer),
			),
		).toBe(true);
		expect(
			Buffer.from(sparse.indices.buffer).equals(
				Buffer.from(reference.indices.buffer),
			),
		).toBe(true);
	});

	test.each([4, 5])(
		"ruling views out by chunks changes no value, seed %i",
		(seed) => {
			const cones = randomCones(seed, 20);
			const field = hullField(cones, BOX);
			const single = cones.map((cone) => hullField([cone], BOX));
			const random = createRandom(seed);
			const points = new Float32Array(600 * 3);
			for (let start = 0; start < 600; start += 100) {
				const at = [random() - 0.5, random() - 0.5, random() - 0.5];
				for (let n = start * 3; n < (start + 100) * 3; n++)
					points[n] = at[n % 3] + (random() - 0.5) * 0.05;
			}
			const out = new Float32Array(600);
			const expected = new Float32Array(600).fill(Number.NEGATIVE_INFINITY);
			const one = new Float32Array(600);
			for (let start = 0; start < 600; start += 100)
				field.sample(
					points.subarray(start * 3),
					out.subarray(start, start + 100),
					100,
				);
			for (const view of single) {
				view.sample(points, one, 600);
				for (let n = 0; n < 600; n++)
					expected[n] = Math.max(expected[n], one[n]);
			}
			expect(Buffer.from(out.buffer).equals(Buffer.from(expected.buffer))).toBe(
				true,
			);
		},
	);

	test("is outside behind a camera", () => {
		const field = hullField(randomCones(6, 1), BOX);
		const { worldFromCamera: m } = randomCones(6, 1)[0].camera;
		const out = new Float32Array(1);
		field.sample(
			new Float32Array([m[3] * 1.5, m[7] * 1.5, m[11] * 1.5]),
			out,
			1,
		);
		expect(out[0]).toBeGreaterThan(0.5);
	});
});

describe("hullBounds", () => {
	test.each([1, 2, 3])(
		"holds the whole hull and little more, seed %i",
		(seed) => {
			const cones = randomCones(seed, 5);
			const bounds = hullBounds(cones);
			if (bounds === null) throw new TypeError("the hull is not empty");
			const mesh = extractSurface(hullField(cones, WIDE), {
				resolution: 80,
			});
			for (let axis = 0; axis < 3; axis++) {
				let min = Number.POSITIVE_INFINITY;
				let max = Number.NEGATIVE_INFINITY;
				for (let n = axis; n < mesh.positions.length; n += 3) {
					min = Math.min(min, mesh.positions[n]);
					max = Math.max(max, mesh.positions[n]);
				}
				expect(bounds.box.min[axis]).toBeLessThanOrEqual(min);
				expect(bounds.box.max[axis]).toBeGreaterThanOrEqual(max);
				expect(bounds.box.min[axis]).toBeGreaterThan(min - 0.15);
				expect(bounds.box.max[axis]).toBeLessThan(max + 0.15);
			}
		},
	);

	test("is null for an empty silhouette", () => {
		const [cone] = randomCones(1, 1);
		const silhouette = silhouetteDistance(createMask(96, 100));
		expect(hullBounds([cone, { ...cone, silhouette }])).toBeNull();
	});
});
