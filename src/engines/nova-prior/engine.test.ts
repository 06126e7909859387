import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createRunContext } from "../../core/run-context.ts";
import type { Shape } from "../../core/shape.ts";
import type { View } from "../../core/view.ts";
import { extractSurface } from "../../kernel/field/extract-surface.ts";
import { canonicalCamera } from "../../kernel/math/camera.ts";
import { measureTopology } from "../../kernel/mesh/topology.ts";
import { parseLayers } from "../../kernel/network/parse-layers.ts";
import { shadedDisc } from "../../kernel/network/shaded-disc.test-support.ts";
import { rasterize } from "../../kernel/raster/rasterize.ts";
import { CUBE, SPHERE, testEngine, viewOf } from "../engine.contract.ts";
import { novaPrior } from "./engine.ts";
import golden from "./golden.json" with { type: "json" };
import { predict } from "./network.ts";
import type { NovaPriorOptions } from "./options.ts";
import { MODEL_FILE, readModel } from "./read-model.ts";

testEngine(import.meta.dirname, novaPrior, {
	sphereVolume: [0.6, 1.4],
	cubeVolume: [0.3, 1.6],
});

const front = canonicalCamera("front", 128, 128);

async function fieldOf(
	view: View,
	options: Partial<NovaPriorOptions> = {},
): Promise<Extract<Shape, { kind: "field" }>> {
	const shape = await novaPrior.reconstruct(
		[view],
		novaPrior.options.parse(options),
		createRunContext().ctx,
	);
	if (shape.kind !== "field") throw new TypeError("nova-prior gives a field");
	return shape;
}

function expectNear(found: number[], expected: number[], limit: number): void {
	expect(found.length).toBe(expected.length);
	const worst = found.reduce(
		(most, value, n) => Math.max(most, Math.abs(value - expected[n])),
		0,
	);
	expect(worst).toBeLessThan(limit);
}

describe("the network", () => {
	test("says what it said in training, but for 16-bit weights", () => {
		const { maps, back, elevation, halfExtent, halfAngle } = predict(
			readModel(),
			shadedDisc(),
		);
		const few = (values: Float32Array, step: number): number[] =>
			[...values].filter((_, n) => n % step === 0);
		const [middle, thick] = [
			maps.data.subarray(0, 4096),
			maps.data.subarray(4096, 8192),
		];
		expectNear(
			few(
				middle.map((m, n) => m + thick[n] / 2),
				61,
			),
			golden.front,
			0.02,
		);
		expectNear(
			few(
				middle.map((m, n) => m - thick[n] / 2),
				61,
			),
			golden.back,
			0.02,
		);
		expectNear(few(maps.data.subarray(8192), 127), golden.doubt, 0.05);
		expectNear(few(back.data, 61), golden.color, 0.01);
		expectNear(
			[elevation, Math.log(halfExtent), Math.log(halfAngle)],
			golden.facts,
			0.02,
		);
	});

	test("a model that lacks a layer is refused", () => {
		const layers = new Map(parseLayers(readFileSync(MODEL_FILE)));
		layers.delete("head");
		expect(() => predict(layers, shadedDisc())).toThrow(/no head/);
	});
});

describe("nova-prior", () => {
	test("the outline of the solid is the outline of the picture, in one piece", async () => {
		for (const body of [SPHERE, CUBE]) {
			const view = viewOf(body, front, "front");
			const { field } = await fieldOf(view);
			const mesh = extractSurface(field, { resolution: 96 });
			expect(measureTopology(mesh).componentCount).toBe(1);
			const raster = rasterize(mesh, view.camera);
			let both = 0;
			let either = 0;
			for (let n = 0; n < view.mask.data.length; n++) {
				const hit = raster.triangle[n] >= 0;
				const inside = view.mask.data[n] >= 128;
				if (hit && inside) both++;
				if (hit || inside) either++;
			}
			expect(both / either).toBeGreaterThan(0.97);
		}
	});

	test("a guessed camera is raised so that the object stands; a known one is kept", async () => {
		const view = viewOf(SPHERE, front, "front");
		expect((await fieldOf(view)).cameras).toBeUndefined();
		const guessed: View = { ...view, isGuessed: true };
		const [camera] = (await fieldOf(guessed)).cameras ?? [];
		expect(camera).toBeDefined();
		expect(camera.fx).toBe(view.camera.fx);
		expect((await fieldOf(guessed, { level: false })).cameras).toBeUndefined();
	});

	test("thickness scales the depth", async () => {
		const view = viewOf(SPHERE, front, "front");
		const depthOf = async (thickness: number): Promise<number> => {
			const { field } = await fieldOf(view, { thickness });
			return field.bounds.max[2] - field.bounds.min[2];
		};
		const ratio = (await depthOf(2)) / (await depthOf(1));
		expect(ratio).toBeGreaterThan(1.5);
		expect(ratio).toBeLessThan(2.2);
	});
});
