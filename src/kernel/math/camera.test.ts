import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { VIEW_NAMES } from "../../core/view.ts";
import {
	cameraCentre,
	canonicalCamera,
	pixelRay,
	projectionMatrix,
} from "./camera.ts";

describe("canonical cameras", () => {
	it.each(VIEW_NAMES)(
		"%s agrees with the cameras of the evaluation set",
		(name) => {
			const set = JSON.parse(
				readFileSync(
					new URL("../../../fixtures/eval/spot/cameras.json", import.meta.url),
					"utf8",
				),
			);
			const expected = set.views.find(
				(v: { file: string }) => v.file === `views/${name}.png`,
			);
			const camera = canonicalCamera(name, set.width, set.height);
			const flat = expected.c2w.flat();
			for (let k = 0; k < 16; k++)
				expect(camera.worldFromCamera[k]).toBeCloseTo(flat[k], 6);
			expect(camera.fx).toBeCloseTo(set.focal, 2);
		},
	);

	it("sees +X on the right and +Y up from the front", () => {
		const camera = canonicalCamera("front", 800, 800);
		const p = projectionMatrix(camera);
		const depth = -0.25 * 0 + 2.5;
		const u = (p[0] * 0.25 + p[3]) / depth;
		const v = (p[5] * 0.25 + p[7]) / depth;
		expect(u).toBeCloseTo(400 + (1111 * 0.25) / 2.5, 6);
		expect(v).toBeCloseTo(400 - (1111 * 0.25) / 2.5, 6);
	});

	it.each(VIEW_NAMES)("%s: a ray through a pixel projects to it", (name) => {
		const camera = canonicalCamera(name, 640, 480);
		const [ox, oy, oz] = cameraCentre(camera);
		const [dx, dy, dz] = pixelRay(camera, 123.5, 345.5);
		const p = projectionMatrix(camera);
		const x = ox + 2 * dx;
		const y = oy + 2 * dy;
		const z = oz + 2 * dz;
		const depth = p[8] * x + p[9] * y + p[10] * z + p[11];
		expect((p[0] * x + p[1] * y + p[2] * z + p[3]) / depth).toBeCloseTo(
			123.5,
			6,
		);
		expect((p[4] * x + p[5] * y + p[6] * z + p[7]) / depth).toBeCloseTo(
			345.5,
			6,
		);
	});
});
