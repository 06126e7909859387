import { describe, expect, test } from "vitest";
import { createRunContext } from "../../core/run-context.ts";
import type { Shape } from "../../core/shape.ts";
import type { View } from "../../core/view.ts";
import { extractSurface } from "../../kernel/field/extract-surface.ts";
import { canonicalCamera } from "../../kernel/math/camera.ts";
import { lookAt } from "../../kernel/math/mat4.ts";
import { measureBounds, signedVolume } from "../../kernel/mesh/measure.ts";
import { rasterize } from "../../kernel/raster/rasterize.ts";
import {
	BODY_RADIUS,
	CUBE,
	hashMesh,
	SPHERE,
	testEngine,
	viewOf,
} from "../engine.contract.ts";
import { relief } from "./engine.ts";
import type { ReliefOptions } from "./options.ts";

testEngine(import.meta.dirname, relief, {
	sphereVolume: [0.8, 1.15],
	cubeVolume: [0.4, 1.5], // its outline is mirrored, so it becomes a cylinder
});

async function fieldOf(
	view: View,
	options: Partial<ReliefOptions> = {},
): Promise<Extract<Shape, { kind: "field" }>> {
	const shape = await relief.reconstruct(
		[view],
		relief.options.parse(options),
		createRunContext().ctx,
	);
	if (shape.kind !== "field") throw new TypeError("relief gives a field");
	return shape;
}

function outlineIou(
	shape: { field: Parameters<typeof extractSurface>[0] },
	view: View,
): number {
	const mesh = extractSurface(shape.field, { resolution: 96 });
	const raster = rasterize(mesh, view.camera);
	let both = 0;
	let either = 0;
	for (let n = 0; n < view.mask.data.length; n++) {
		const hit = raster.triangle[n] >= 0;
		const inside = view.mask.data[n] >= 128;
		if (hit && inside) both++;
		if (hit || inside) either++;
	}
	return both / either;
}

const front = canonicalCamera("front", 128, 128);

describe("relief", () => {
	test("the outline of the solid is the outline of the picture", async () => {
		for (const body of [SPHERE, CUBE]) {
			const view = viewOf(body, front, "front");
			expect(outlineIou(await fieldOf(view), view)).toBeGreaterThan(0.985);
		}
	});

	test("any camera will do: turned, near, with another lens and off-centre", async () => {
		const camera = {
			...canonicalCamera("front", 160, 120),
			worldFromCamera: lookAt([1.2, 0.9, -1], [0.1, 0.05, 0]),
			fx: 130,
			fy: 150,
			cx: 70,
			cy: 66,
		};
		const view = viewOf(SPHERE, camera, "turned");
		const shape = await fieldOf(view);
		expect(outlineIou(shape, view)).toBeGreaterThan(0.97);
		const { min, max } = measureBounds(
			extractSurface(shape.field, { resolution: 48 }),
		);
		for (let axis = 0; axis < 3; axis++)
			expect(Math.abs((min[axis] + max[axis]) / 2)).toBeLessThan(0.3);
	});

	test("skipping by the stated Lipschitz bound changes nothing", async () => {
		// A thin bar beside a disc: the steepest mixture of slopes.
		const view = viewOf(
			(_, ray) =>
				Math.hypot(ray[0] + 0.05, ray[1]) < 0.1 ||
				(Math.abs(ray[1]) < 0.008 && ray[0] > 0 && ray[0] < 0.17),
			front,
			"bar",
		);
		const { field } = await fieldOf(view, { detail: 1 });
		const sparse = extractSurface(field, { resolution: 100 });
		const { lipschitz: _, ...dense } = field;
		expect(hashMesh(sparse)).toBe(
			hashMesh(extractSurface(dense, { resolution: 100 })),
		);
	});

	test("thickness scales the depth and nothing else", async () => {
		const view = viewOf(CUBE, front, "front");
		const volume = async (thickness: number): Promise<number> =>
			signedVolume(
				extractSurface((await fieldOf(view, { thickness })).field, {
					resolution: 64,
				}),
			);
		expect((await volume(0.5)) / (await volume(1))).toBeCloseTo(0.5, 1);
	});

	test("a mirrored outline is turned, unless that is off", async () => {
		// A tall cylinder seen from the front: half as wide as high.
		const view = viewOf(
			(_, ray) => Math.abs(ray[0]) < 0.06 && Math.abs(ray[1]) < 0.12,
			front,
			"can",
		);
		const depth = async (revolution: "auto" | "off"): Promise<number> => {
			const { min, max } = measureBounds(
				extractSurface((await fieldOf(view, { revolution })).field, {
					resolution: 64,
				}),
			);
			return (max[2] - min[2]) / (max[0] - min[0]);
		};
		expect(await depth("auto")).toBeCloseTo(1, 1);
		expect(await depth("off")).not.toBeCloseTo(await depth("auto"), 1);
	});

	test("what leans is turned about its own axis", async () => {
		// The same cylinder, leaning by 30 degrees.
		const [c, s] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
		const view = viewOf(
			(_, ray) =>
				Math.abs(c * ray[0] + s * ray[1]) < 0.06 &&
				Math.abs(c * ray[1] - s * ray[0]) < 0.12,
			front,
			"can",
		);
		const { min, max } = measureBounds(
			extractSurface((await fieldOf(view)).field, { resolution: 64 }),
		);
		// As deep as it is wide across its axis: 0.12 of the distance.
		expect((max[2] - min[2]) / (0.12 * 2.5)).toBeCloseTo(1, 1);
	});

	test("a guessed camera is raised by the elevation, a known one is not", async () => {
		const known = viewOf(CUBE, front, "front");
		const guessed = { ...known, isGuessed: true as const };
		const [level] = (await fieldOf(guessed)).cameras ?? [];
		expect(level.worldFromCamera).toEqual(front.worldFromCamera);
		const above = await fieldOf(guessed, { elevation: 90, thickness: 0.2 });
		const [camera] = above.cameras ?? [];
		expect(camera.worldFromCamera[7]).toBeCloseTo(2.5, 6);
		// What was photographed from above lies flat.
		const { min, max } = measureBounds(
			extractSurface(above.field, { resolution: 64 }),
		);
		expect(max[1] - min[1]).toBeLessThan(0.5 * (max[2] - min[2]));
		expect(outlineIou(above, { ...guessed, camera })).toBeGreaterThan(0.97);
		const [untouched] = (await fieldOf(known, { elevation: 90 })).cameras ?? [];
		expect(untouched).toEqual(front);
	});

	test("the photo is mirrored onto the back of a plate, or when asked", async () => {
		const view = viewOf(SPHERE, front, "front");
		const { data } = view.image;
		for (let n = 0; n < 128 * 128; n++) {
			const y = Math.floor(n / 128);
			data.set(y % 8 < 4 ? [255, 255, 255] : [0, 0, 0], n * 4);
		}
		const contrast = async (
			options: Partial<ReliefOptions>,
		): Promise<number> => {
			const { color } = await fieldOf(view, options);
			const points = new Float32Array(3 * 41);
			for (let n = 0; n < 41; n++) {
				points[3 * n + 1] = (n - 20) * 0.005;
				points[3 * n + 2] = -0.05;
			}
			const out = new Float32Array(3 * 41);
			color?.sample(points, out, 41);
			return Math.max(...out) - Math.min(...out);
		};
		expect(await contrast({})).toBeLessThan(0.4);
		expect(await contrast({ backColor: "mirror" })).toBeGreaterThan(0.9);
		expect(await contrast({ thickness: 0.2 })).toBeGreaterThan(0.9);
		expect(await contrast({ thickness: 0.2, backColor: "soft" })).toBeLessThan(
			0.4,
		);
	});

	test("the back has the rim's colour, not what is painted on the front", async () => {
		const view = viewOf(SPHERE, front, "front");
		const { data } = view.image;
		for (let n = 0; n < 128 * 128; n++) {
			const x = (n % 128) - 64;
			const y = Math.floor(n / 128) - 64;
			// A small white dot on a red ball before a blue background.
			const inside = view.mask.data[n] > 0;
			data.set(
				Math.hypot(x, y) < 4
					? [255, 255, 255, 255]
					: inside
						? [255, 0, 0, 255]
						: [0, 0, 255, 255],
				n * 4,
			);
		}
		const { color } = await fieldOf(view);
		const out = new Float32Array(6);
		color?.sample(
			new Float32Array([0, 0, -BODY_RADIUS, BODY_RADIUS * 0.98, 0, 0]),
			out,
			2,
		);
		for (const at of [0, 3]) {
			expect(out[at]).toBeGreaterThan(0.9);
			expect(out[at + 1]).toBeLessThan(0.25);
			expect(out[at + 2]).toBeLessThan(0.25);
		}
	});
});
