import { describe, expect, it } from "vitest";
import type { Image } from "../core/image.ts";
import type { Mesh } from "../core/mesh.ts";
import type { LoadedModel, ModelPart } from "../formats/model.ts";
import { encodePng } from "../formats/picture/encode.ts";
import { canonicalCamera } from "../kernel/math/camera.ts";
import { renderUnlit } from "../kernel/raster/render-unlit.ts";
import { mergeModel } from "./merge-model.ts";

/** A unit square in the plane z = 0 that faces +Z, its left edge at x. UVs run from 0 to `repeats`. */
function square(x: number, repeats = 1): Mesh {
	return {
		positions: Float32Array.of(x, 0, 0, x + 1, 0, 0, x + 1, 1, 0, x, 1, 0),
		indices: Uint32Array.of(0, 1, 2, 0, 2, 3),
		uvs: Float32Array.of(0, repeats, repeats, repeats, repeats, 0, 0, 0),
	};
}

/** Left half of one colour, right half of another. */
function halves(left: readonly number[], right: readonly number[]): Image {
	const data = new Uint8ClampedArray(64 * 64 * 4);
	for (let i = 0; i < 64 * 64; i++) {
		const color = i % 64 < 32 ? left : right;
		data.set([...color, 255], i * 4);
	}
	return { width: 64, height: 64, data };
}

async function part(
	mesh: Mesh,
	look: {
		picture?: Image;
		factor?: readonly [number, number, number, number];
	},
): Promise<ModelPart> {
	return {
		name: "part",
		mesh,
		baseColorFactor: look.factor ?? [1, 1, 1, 1],
		roughness: 0.5,
		metallic: 0,
		...(look.picture
			? {
					baseColor: {
						bytes: await encodePng(look.picture),
						mimeType: "image/png" as const,
					},
				}
			: {}),
	};
}

function model(parts: readonly ModelPart[]): LoadedModel {
	return {
		format: "glb",
		parts,
		fileTextures: [],
		materialCount: parts.length,
		drawCallCount: parts.length,
		skippedPrimitiveCount: 0,
	};
}

/** sRGB of the merged model at a world point of the plane, as a camera in front sees it. */
function colorAt(
	merged: Awaited<ReturnType<typeof mergeModel>>,
	x: number,
	y: number,
): number[] {
	const camera = canonicalCamera("front", 800, 800);
	const image = renderUnlit(merged.textured, camera);
	const u = Math.floor(camera.cx + (camera.fx * x) / 2.5);
	const v = Math.floor(camera.cy - (camera.fy * y) / 2.5);
	return [...image.data.subarray((v * 800 + u) * 4, (v * 800 + u) * 4 + 3)];
}

const RED = [200, 0, 0];
const GREEN = [0, 200, 0];
const BLUE = [0, 0, 200];
const GREY = [120, 120, 120];

describe("mergeModel", () => {
	it("hands one textured part through, with the file's own bytes", async () => {
		const one = await part(square(-0.5), { picture: halves(RED, GREEN) });
		const merged = await mergeModel(model([one]));
		expect(merged.texture).toBe(one.baseColor);
		expect(colorAt(merged, -0.25, 0.5)).toEqual(RED);
		expect(colorAt(merged, 0.25, 0.5)).toEqual(GREEN);
	});

	it("puts several textures on one picture, and every part finds its own", async () => {
		const merged = await mergeModel(
			model([
				await part(square(-0.9), { picture: halves(RED, GREEN) }),
				await part(
					{ ...square(0.1), positions: square(0.1).positions },
					{ picture: halves(BLUE, GREY) },
				),
			]),
		);
		expect(merged.texture).toBeUndefined();
		expect(colorAt(merged, -0.65, 0.4)).toEqual(RED);
		expect(colorAt(merged, -0.15, 0.4)).toEqual(GREEN);
		expect(colorAt(merged, 0.35, 0.4)).toEqual(BLUE);
		expect(colorAt(merged, 0.85, 0.4)).toEqual(GREY);
	});

	it("keeps textures that repeat", async () => {
		const merged = await mergeModel(
			model([
				await part(square(-0.9, 2), { picture: halves(RED, GREEN) }),
				await part(square(0.1), { picture: halves(BLUE, GREY) }),
			]),
		);
		// Two periods: red green red green.
		expect(
			[-0.78, -0.53, -0.28, -0.03].map((x) => colorAt(merged, x, 0.4)),
		).toEqual([RED, GREEN, RED, GREEN]);
		expect(merged.notices).toEqual([]);
	});

	it("multiplies textures by the material's factor in linear light", async () => {
		const merged = await mergeModel(
			model([
				await part(square(-0.5), {
					picture: halves([255, 255, 255], [255, 255, 255]),
					factor: [0.2158605, 1, 0, 1], // 0.2158605 is sRGB 128
				}),
			]),
		);
		const [r, g, b] = colorAt(merged, 0, 0.5);
		expect(Math.abs(r - 128)).toBeLessThanOrEqual(1);
		expect([g, b]).toEqual([255, 0]);
	});

	it("without textures makes vertex colours of the factors", async () => {
		const merged = await mergeModel(
			model([
				await part(square(-0.9), { factor: [1, 0, 0, 1] }),
				await part(square(0.1), { factor: [0, 0, 1, 1] }),
			]),
		);
		expect(merged.textured.baseColor).toBeUndefined();
		expect(colorAt(merged, -0.4, 0.5)).toEqual([255, 0, 0]);
		expect(colorAt(merged, 0.6, 0.5)).toEqual([0, 0, 255]);
	});

	it("says so when a texture cannot be read, and goes on", async () => {
		const broken: ModelPart = {
			...(await part(square(0), {})),
			baseColor: { bytes: Uint8Array.of(1, 2, 3), mimeType: "image/png" },
		};
		const merged = await mergeModel(model([broken]));
		expect(merged.notices.map(({ code }) => code)).toEqual([
			"texture-unreadable",
		]);
		expect(merged.textured.mesh.colors).toBeDefined();
	});
});
