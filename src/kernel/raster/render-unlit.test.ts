import { describe, expect, it } from "vitest";
import type { TexturedMesh } from "../../core/asset.ts";
import type { Camera } from "../../core/camera.ts";
import type { Image } from "../../core/image.ts";
import { createRandom } from "../../core/run-context.ts";
import { canonicalCamera } from "../math/camera.ts";
import { lookAt } from "../math/mat4.ts";
import type { SamplesPerAxis } from "./draw-pixels.ts";
import { renderUnlit } from "./render-unlit.ts";

const SAMPLES: SamplesPerAxis[] = [1, 2, 3, 4];

/** A unit square facing +Z that a camera two units away sees edge to edge. */
function poster(baseColor: Image): TexturedMesh {
	return {
		mesh: {
			positions: new Float32Array([
				-0.5, -0.5, 0, 0.5, -0.5, 0, 0.5, 0.5, 0, -0.5, 0.5, 0,
			]),
			indices: new Uint32Array([0, 1, 2, 0, 2, 3]),
			uvs: new Float32Array([0, 1, 1, 1, 1, 0, 0, 0]),
		},
		baseColor,
		roughness: 0.9,
		metallic: 0,
	};
}

function posterCamera(size: number): Camera {
	return {
		worldFromCamera: lookAt([0, 0, 2], [0, 0, 0]),
		fx: 2 * size,
		fy: 2 * size,
		cx: size / 2,
		cy: size / 2,
		width: size,
		height: size,
	};
}

function noise(size: number, seed: number): Image {
	const random = createRandom(seed);
	return {
		width: size,
		height: size,
		data: new Uint8ClampedArray(size * size * 4).map((_, i) =>
			i % 4 === 3 ? 255 : random() * 256,
		),
	};
}

function largestDifference(a: Image, b: Image): number {
	let worst = 0;
	for (let i = 0; i < a.data.length; i++)
		worst = Math.max(worst, Math.abs(a.data[i] - b.data[i]));
	return worst;
}

describe("renderUnlit", () => {
	it.each(SAMPLES)(
		"reproduces a texture that fills the picture, %i samples",
		(samples) => {
			const texture = noise(64, 5);
			const image = renderUnlit(poster(texture), posterCamera(64), { samples });
			expect(largestDifference(image, texture)).toBeLessThanOrEqual(1);
		},
	);

	it.each(SAMPLES)(
		"does not alias a fine checkerboard, %i samples",
		(samples) => {
			const texture = noise(256, 1);
			for (let i = 0; i < 256 * 256; i++)
				texture.data.fill((i ^ (i >> 8)) & 1 ? 255 : 0, i * 4, i * 4 + 3);
			// 256 texels on 60 pixels: everything melts into the linear mean, sRGB 188.
			const { data } = renderUnlit(poster(texture), posterCamera(60), {
				samples,
			});
			for (let y = 4; y < 56; y++)
				for (let x = 4; x < 56; x++)
					expect(Math.abs(data[(y * 60 + x) * 4] - 188)).toBeLessThan(12);
		},
	);

	it("keeps a slanted poster's far end from aliasing", () => {
		const texture = noise(256, 1);
		for (let i = 0; i < 256 * 256; i++)
			texture.data.fill((i ^ (i >> 8)) & 1 ? 255 : 0, i * 4, i * 4 + 3);
		const camera = {
			...posterCamera(64),
			worldFromCamera: lookAt([0, -1.9, 0.6], [0, 0, 0]),
		};
		const { data } = renderUnlit(poster(texture), camera, { samples: 2 });
		let inside = 0;
		let spread = 0;
		for (let i = 0; i < 64 * 64; i++)
			if (data[i * 4 + 3] === 255) {
				inside++;
				spread += (data[i * 4] - 188) ** 2;
			}
		expect(inside).toBeGreaterThan(300);
		expect(Math.sqrt(spread / inside)).toBeLessThan(15);
	});

	it("has the exact share of coverage as straight alpha, colour unmixed", () => {
		const texture = noise(4, 1);
		for (let i = 0; i < 16; i++) texture.data.set([200, 100, 50, 255], i * 4);
		// Half a pixel to the right and down.
		const camera = { ...posterCamera(16), cx: 8.5, cy: 8.5 };
		const { data } = renderUnlit(poster(texture), camera, { samples: 2 });
		expect(Array.from(data.subarray(0, 4))).toEqual([200, 100, 50, 64]);
		expect(Array.from(data.subarray(4, 8))).toEqual([200, 100, 50, 128]);
		const inner = (16 + 1) * 4;
		expect(Array.from(data.subarray(inner, inner + 4))).toEqual([
			200, 100, 50, 255,
		]);
	});

	it("mixes two colours in one pixel in linear light", () => {
		const mesh = {
			positions: new Float32Array([
				-1, -1, 0, 0, -1, 0, 0, 1, 0, -1, 1, 0, 0, -1, 0, 1, -1, 0, 1, 1, 0, 0,
				1, 0,
			]),
			indices: new Uint32Array([0, 1, 2, 0, 2, 3, 4, 5, 6, 4, 6, 7]),
			colors: new Float32Array(32).map((_, i) =>
				i % 4 === 3 || i >= 16 ? 1 : 0,
			),
		};
		// The black half ends in the middle of the centre pixel column.
		const { data } = renderUnlit(
			{ mesh, roughness: 1, metallic: 0 },
			posterCamera(9),
			{ samples: 2 },
		);
		const row = Array.from({ length: 9 }, (_, x) => data[(4 * 9 + x) * 4]);
		expect(row).toEqual([0, 0, 0, 0, 188, 255, 255, 255, 255]);
	});

	it("lays the picture on a background", () => {
		const empty: TexturedMesh = {
			mesh: { positions: new Float32Array(0), indices: new Uint32Array(0) },
			roughness: 1,
			metallic: 0,
		};
		const { data } = renderUnlit(empty, canonicalCamera("front", 4, 4), {
			background: [10, 20, 30],
		});
		expect(Array.from(data.subarray(0, 4))).toEqual([10, 20, 30, 255]);
	});

	it("draws in bands as in one piece", () => {
		const texture = noise(32, 2);
		const tall = renderUnlit(poster(texture), posterCamera(520), {
			samples: 4,
		});
		// 520² × 16 samples are two bands; the picture must still be the smooth enlargement.
		const once = renderUnlit(poster(texture), posterCamera(520), {
			samples: 1,
		});
		expect(largestDifference(tall, once)).toBeLessThanOrEqual(1);
	});
});
