import { expect, test } from "vitest";
import type { Mesh } from "../../core/mesh.ts";
import { colorPyramid } from "../image/color-pyramid.ts";
import { icosphere } from "../mesh/shapes.ts";
import { addPhotometricTerms, pickLevel } from "./photometric-terms.ts";
import { addPlanes, createPlaneTerms } from "./plane-terms.ts";
import { areaNormals, refineSurface } from "./refine-surface.ts";
import { createOutlineBins, silhouettePlanes } from "./silhouette-terms.ts";
import { vertexVisibility } from "./vertex-visibility.ts";
import {
	cameraAt,
	coneOf,
	EYES,
	photographSphere,
} from "./views.test-support.ts";

const RADIUS = 0.4;
const WAVES = (x: number, y: number, z: number): [number, number, number] => [
	128 + 100 * Math.sin(14 * x + 9 * y),
	128 + 100 * Math.sin(11 * y - 13 * z),
	128 + 100 * Math.sin(12 * z + 10 * x),
];
const cameras = EYES.map((eye) => cameraAt(eye));
const photos = cameras.map((camera) => photographSphere(camera, RADIUS, WAVES));
const cones = photos.map(({ mask }, v) => coneOf(cameras[v], mask));
const colored = photos.map(({ image, mask }, v) => ({
	camera: cameras[v],
	levels: colorPyramid(image, mask, 4),
}));
const OPTIONS = {
	solverSteps: 30,
	fairness: 100,
	insideWeight: 40,
	rimWeight: 0.5,
	damping: 0.03,
};

function ball(radius: number): Mesh {
	const { positions, indices } = icosphere(3);
	return { positions: positions.map((p) => p * radius), indices };
}

function normalsOf({ positions, indices }: Mesh): Float64Array {
	const normals = new Float64Array(positions.length);
	areaNormals(Float64Array.from(positions), indices, normals);
	return normals;
}

function radii({ positions }: Mesh): number[] {
	return Array.from({ length: positions.length / 3 }, (_, v) =>
		Math.hypot(...positions.subarray(v * 3, v * 3 + 3)),
	);
}

test.each([0.34, 0.46])(
	"a sphere of %f is drawn to its six circles",
	async (radius) => {
		const outlines = cones.map((cone) => createOutlineBins(cone, 2));
		const fitted = await refineSurface(ball(radius), outlines, {
			...OPTIONS,
			steps: 30,
		});
		const r = radii(fitted);
		const mean = r.reduce((sum, value) => sum + value, 0) / r.length;
		expect(Math.abs(mean - RADIUS)).toBeLessThan(0.012);
		expect(Math.max(...r)).toBeLessThan(RADIUS + 0.03);
		for (let v = 0; v < cones.length; v++) {
			// None outside a silhouette by more than a fraction of a pixel.
			const terms = createPlaneTerms(r.length);
			addPlanes(
				terms,
				silhouettePlanes(
					Float64Array.from(fitted.positions),
					normalsOf(fitted),
					createOutlineBins(cones[v], 2),
					{ insideWeight: 1, rimWeight: 0, rimReach: 14 },
				),
			);
			const outside = Math.max(...terms.gradient.map(Math.abs));
			expect(outside).toBeLessThan(0.006);
		}
	},
);

test("held vertices stay", async () => {
	const start = ball(0.34);
	const fitted = await refineSurface(
		start,
		cones.map((cone) => createOutlineBins(cone, 2)),
		{
			...OPTIONS,
			steps: 3,
			hold: new Float64Array(start.positions.length / 3).fill(1e9),
		},
	);
	for (let i = 0; i < start.positions.length; i++)
		expect(fitted.positions[i]).toBeCloseTo(start.positions[i], 5);
});

test("a form that is kept is not drawn in by the plate", async () => {
	const start = ball(RADIUS);
	const meanRadius = async (keepsForm: boolean): Promise<number> => {
		const r = radii(
			await refineSurface(start, [], { ...OPTIONS, steps: 6, keepsForm }),
		);
		return r.reduce((sum, value) => sum + value, 0) / r.length;
	};
	expect(await meanRadius(true)).toBeCloseTo(RADIUS, 4);
	expect(await meanRadius(false)).toBeLessThan(0.98 * RADIUS);
});

test.each([0.385, 0.412])(
	"colours of a sphere of %f point to the painted one",
	(radius) => {
		const mesh = ball(radius);
		const normals = normalsOf(mesh);
		const count = mesh.positions.length / 3;
		const visibility = cones.map((cone) => {
			const out = new Float32Array(count);
			vertexVisibility(mesh, normals, cone, out);
			return out;
		});
		const terms = createPlaneTerms(count);
		addPhotometricTerms(
			terms,
			Float64Array.from(mesh.positions),
			normals,
			pickLevel(colored, 1),
			visibility,
			{ weight: 1, contrast: 1, mismatch: 0.05 },
		);
		// Each term is weight × distance to a plane along the normal: the weighted mean step.
		let steps = 0;
		let weights = 0;
		let toward = 0;
		let told = 0;
		for (let v = 0; v < count; v++) {
			const weight =
				terms.blocks[v * 6] + terms.blocks[v * 6 + 3] + terms.blocks[v * 6 + 5];
			if (weight < 0.3) continue;
			let along = 0;
			for (let k = 0; k < 3; k++)
				along -= terms.gradient[v * 3 + k] * normals[v * 3 + k];
			steps += along;
			weights += weight;
			told++;
			if (Math.sign(along) === Math.sign(RADIUS - radius)) toward++;
		}
		expect(told).toBeGreaterThan(20);
		expect(toward / told).toBeGreaterThan(0.8);
		expect(steps / weights / (RADIUS - radius)).toBeGreaterThan(0.4);
		expect(steps / weights / (RADIUS - radius)).toBeLessThan(1.3);
	},
);

test("one view alone says nothing about depth", () => {
	const mesh = ball(0.38);
	const count = mesh.positions.length / 3;
	const terms = createPlaneTerms(count);
	addPhotometricTerms(
		terms,
		Float64Array.from(mesh.positions),
		normalsOf(mesh),
		pickLevel(colored, 1),
		colored.map((_, v) => new Float32Array(count).fill(v === 0 ? 1 : 0)),
		{ weight: 1, contrast: 1, mismatch: 0.05 },
	);
	expect(terms.blocks.every((b) => b === 0)).toBe(true);
});

test("a view sees its own side of a sphere, and nothing behind another body", () => {
	const mesh = ball(RADIUS);
	const count = mesh.positions.length / 3;
	const seen = new Float32Array(count);
	vertexVisibility(mesh, normalsOf(mesh), cones[0], seen);
	for (let v = 0; v < count; v++) {
		const z = mesh.positions[v * 3 + 2];
		if (z < 0.05) expect(seen[v]).toBe(0);
		if (z > 0.3) expect(seen[v]).toBeGreaterThan(0.3);
		expect(seen[v]).toBeLessThanOrEqual(1);
	}
	// The same ball with a screen before it.
	const screen = [-0.5, -0.5, 0.9, 0.5, -0.5, 0.9, 0, 0.7, 0.9];
	const both: Mesh = {
		positions: Float32Array.of(...mesh.positions, ...screen),
		indices: Uint32Array.of(...mesh.indices, count, count + 1, count + 2),
	};
	const hidden = new Float32Array(count + 3);
	vertexVisibility(both, normalsOf(both), cones[0], hidden);
	expect(Math.max(...hidden.subarray(0, count))).toBe(0);
});
