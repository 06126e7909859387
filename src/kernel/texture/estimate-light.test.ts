import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import { vertexNormals } from "../mesh/normals.ts";
import { icosphere } from "../mesh/shapes.ts";
import { divideLight } from "./divide-light.ts";
import { estimateLight, type LitPoints } from "./estimate-light.ts";
import {
	HARMONIC_COUNT,
	harmonicsOf,
	shadingOf,
} from "./spherical-harmonics.ts";

/** A light from the upper right front, warm, over an ambient share. */
const KEY = [1, 0.42, 0.28, 0.2, 0.05, 0.04, -0.03, 0.03, -0.05];
const TINT = [1.1, 1, 0.85];
const EVEN = [1, 0, 0, 0, 0, 0, 0, 0, 0];

const PAINTS = [
	[0.55, 0.1, 0.08],
	[0.5, 0.5, 0.48],
	[0.08, 0.08, 0.078],
	[0.1, 0.3, 0.12],
];

/** A ball in patches of four paints (white and black of one tint among them), lit, with 2 % of noise. */
function paintedBall(
	harmonics: readonly number[],
	seed: number,
): { points: LitPoints; albedo: Float32Array } {
	const { positions, indices } = icosphere(4, 0.5);
	const normals = vertexNormals({ positions, indices });
	const count = positions.length / 3;
	const albedo = new Float32Array(3 * count);
	const color = new Float32Array(3 * count);
	const basis = new Float64Array(HARMONIC_COUNT);
	const random = createRandom(seed);
	for (let i = 0; i < count; i++) {
		const patch =
			Math.floor(positions[3 * i] * 7 + 50) +
			2 * Math.floor(positions[3 * i + 1] * 7 + 50) +
			3 * Math.floor(positions[3 * i + 2] * 7 + 50);
		harmonicsOf(normals, i, basis, 0);
		const shade = shadingOf(harmonics, basis, 0);
		const noise = 1 + 0.04 * (random() - 0.5);
		for (let k = 0; k < 3; k++) {
			albedo[3 * i + k] = PAINTS[patch % 4][k];
			const lit = shade * (1 + (TINT[k] - 1) * (shade - 1));
			color[3 * i + k] = Math.min(1, albedo[3 * i + k] * lit * noise);
		}
	}
	const confidence = new Float32Array(count).fill(1);
	return { points: { positions, normals, color, confidence }, albedo };
}

/** Deviation of the logarithm of colours over true albedo: the level is free. */
function albedoError(color: Float32Array, albedo: Float32Array): number {
	const logs = Array.from(color, (c, i) => Math.log(c / albedo[i]));
	const mean = logs.reduce((sum, x) => sum + x, 0) / logs.length;
	return Math.sqrt(
		logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / logs.length,
	);
}

describe("estimating light", () => {
	it.each([1, 2, 3])("finds the light on a painted ball, seed %i", (seed) => {
		const { points, albedo } = paintedBall(KEY, seed);
		const estimate = estimateLight(points);
		if ("refused" in estimate) throw new Error(estimate.refused);
		const { light } = estimate;
		const found = divideLight(points.color, points.normals, light);
		const before = albedoError(points.color, albedo);
		expect(before).toBeGreaterThan(0.3);
		expect(albedoError(found, albedo)).toBeLessThan(before / 4);
		const length = Math.hypot(KEY[3], KEY[1], KEY[2]);
		const cosine =
			(light.direction[0] * KEY[3] +
				light.direction[1] * KEY[1] +
				light.direction[2] * KEY[2]) /
			length;
		expect(cosine).toBeGreaterThan(Math.cos(0.15));
	});

	it("leaves an evenly lit ball alone, whatever its paints", () => {
		expect(estimateLight(paintedBall(EVEN, 1).points)).toHaveProperty(
			"refused",
		);
	});

	it("does not take paint for light where colours follow nothing", () => {
		const { points } = paintedBall(EVEN, 1);
		const random = createRandom(4);
		const color = points.color.map(() => 0.1 + 0.8 * random());
		expect(estimateLight({ ...points, color })).toHaveProperty("refused");
	});

	it("refuses a surface that faces one way, and one that is hardly seen", () => {
		const { points } = paintedBall(KEY, 1);
		const flat = points.normals.map((_, i) => (i % 3 === 2 ? 1 : 0));
		expect(estimateLight({ ...points, normals: flat })).toEqual({
			refused: "all of the surface in sight faces one way",
		});
		const confidence = new Float32Array(points.confidence.length);
		expect(estimateLight({ ...points, confidence })).toEqual({
			refused: "only 0 well-seen points",
		});
	});
});
