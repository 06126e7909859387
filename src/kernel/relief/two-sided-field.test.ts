import { describe, expect, test } from "vitest";
import type { Camera } from "../../core/camera.ts";
import type { Mask } from "../../core/image.ts";
import type { Mesh } from "../../core/mesh.ts";
import { createRandom } from "../../core/run-context.ts";
import { extractSurface } from "../field/extract-surface.ts";
import { lookAt } from "../math/mat4.ts";
import { labelComponents } from "../mesh/components.ts";
import { measureTopology } from "../mesh/topology.ts";
import { rasterize } from "../raster/rasterize.ts";
import { type CropFrame, frameObject } from "./crop-frame.ts";
import { placeRelief, type ReliefPlace } from "./place-relief.ts";
import { type TwoSidedDepth, twoSidedField } from "./two-sided-field.ts";

const SIDE = 160; // pixels
const GRID = 96;

const camera: Camera = {
	worldFromCamera: lookAt([0, 0, 2.5], [0, 0, 0]),
	fx: 380,
	fy: 380,
	cx: SIDE / 2,
	cy: SIDE / 2,
	width: SIDE,
	height: SIDE,
};

function maskOf(isInside: (x: number, y: number) => boolean): Mask {
	const data = new Uint8Array(SIDE * SIDE);
	for (let n = 0; n < data.length; n++) {
		let hits = 0;
		for (let s = 0; s < 16; s++) {
			const x = (n % SIDE) + ((s % 4) + 0.5) / 4 - SIDE / 2;
			const y = Math.floor(n / SIDE) + (Math.floor(s / 4) + 0.5) / 4 - SIDE / 2;
			if (isInside(x, y)) hits++;
		}
		data[n] = Math.round((hits * 255) / 16);
	}
	return { width: SIDE, height: SIDE, data };
}

function setUp(isInside: (x: number, y: number) => boolean): {
	mask: Mask;
	frame: CropFrame;
	place: ReliefPlace;
} {
	const mask = maskOf(isInside);
	const frame = frameObject(mask, GRID);
	if (frame === null) throw new TypeError("the mask is empty");
	return { mask, frame, place: placeRelief(camera, frame) };
}

/** Two depths from a rule over work pixels. */
function depthsOf(
	rule: (i: number, j: number) => readonly [front: number, back: number],
): TwoSidedDepth {
	const front = new Float32Array(GRID * GRID);
	const back = new Float32Array(GRID * GRID);
	for (let n = 0; n < front.length; n++)
		[front[n], back[n]] = rule(n % GRID, Math.floor(n / GRID));
	return { front, back };
}

function outlineIou(mesh: Mesh, mask: Mask): number {
	const raster = rasterize(mesh, camera);
	let both = 0;
	let either = 0;
	for (let n = 0; n < mask.data.length; n++) {
		const hit = raster.triangle[n] >= 0;
		const inside = mask.data[n] >= 128;
		if (hit && inside) both++;
		if (hit || inside) either++;
	}
	return both / either;
}

const disc = (x: number, y: number): boolean => Math.hypot(x, y) < 60;
/** A body with a slanted arm five pixels wide. */
const armed = (x: number, y: number): boolean =>
	Math.hypot(x + 25, y) < 35 ||
	(x > 0 && x < 70 && Math.abs(y - 0.3 * x) < 2.5);

const cases: [string, (x: number, y: number) => boolean, TwoSidedDepth][] = [
	[
		"a step in depth",
		disc,
		depthsOf((i) => (i < 50 ? [0.6, 0.4] : [-0.3, -0.5])),
	],
	[
		"a leaning plate",
		disc,
		depthsOf((i, j) => [(i + j) / 60 - 1.5, (i + j) / 60 - 1.6]),
	],
	[
		"front behind back",
		disc,
		depthsOf((i) => (i % 20 < 10 ? [-0.2, 0.3] : [0.3, -0.2])),
	],
	[
		"an arm ahead of its body",
		armed,
		depthsOf((i) => (i < 62 ? [0.3, -0.3] : [0.9, 0.7])),
	],
	["noise, seed 11", armed, noisy(11)],
];

/** Blocks of 8 × 8 work pixels with depths of their own. */
function noisy(seed: number): TwoSidedDepth {
	const random = createRandom(seed);
	const values = Float32Array.from({ length: 2 * 144 }, () => random() - 0.5);
	return depthsOf((i, j) => {
		const block = Math.floor(j / 8) * 12 + Math.floor(i / 8);
		return [values[2 * block], values[2 * block + 1]];
	});
}

describe.each(cases)("%s", (_, isInside, depth) => {
	const { mask, frame, place } = setUp(isInside);
	const field = twoSidedField(frame, depth, place);
	const mesh = extractSurface(field, { resolution: 128 });

	test("is one closed manifold surface", () => {
		const topology = measureTopology(mesh);
		expect(topology.watertight).toBe(true);
		expect(topology.manifold).toBe(true);
		expect(topology.outwardOriented).toBe(true);
		expect(labelComponents(mesh).count).toBe(1);
	});

	test("has the picture's outline", () => {
		expect(outlineIou(mesh, mask)).toBeGreaterThan(0.97);
	});

	test("loses nothing by skipping at the stated Lipschitz bound", () => {
		const { lipschitz: _, ...dense } = field;
		const whole = extractSurface(dense, { resolution: 128 });
		expect(mesh.indices.length).toBe(whole.indices.length);
	});
});

test("depths come out where they were asked for", () => {
	const { frame, place } = setUp(disc);
	const field = twoSidedField(
		frame,
		depthsOf((i) => [0.5 + i / 200, -0.4 + i / 200]),
		place,
	);
	const mesh = extractSurface(field, { resolution: 128 });
	const raster = rasterize(mesh, camera);
	const depth = raster.depth[(SIDE / 2) * SIDE + SIDE / 2];
	// The middle of the crop is column 48 of 96.
	const expected = place.depth - (0.5 + 47.5 / 200) * place.scale;
	expect(Math.abs(depth - expected)).toBeLessThan(0.01);
});
