import { describe, expect, it } from "vitest";
import type { Mesh } from "../../core/mesh.ts";
import { createRandom } from "../../core/run-context.ts";
import { sampleSurface } from "../mesh/sample-surface.ts";
import { icosphere } from "../mesh/shapes.ts";
import { measureSurfaceDistance } from "./surface-distance.ts";

function moved(mesh: Mesh, dx: number, scale = 1): Mesh {
	return {
		positions: mesh.positions.map(
			(value, i) => value * scale + (i % 3 === 0 ? dx : 0),
		),
		indices: mesh.indices,
	};
}

/** A unit square in the plane z = `z`. */
function square(z: number): Mesh {
	return {
		positions: new Float32Array([0, 0, z, 1, 0, z, 1, 1, z, 0, 1, z]),
		indices: new Uint32Array([0, 1, 2, 0, 2, 3]),
	};
}

const settings = () => ({ sampleCount: 2000, random: createRandom(1) });
const pointsOn = (mesh: Mesh) =>
	sampleSurface(mesh, 2000, createRandom(2)).points;

describe("measureSurfaceDistance", () => {
	it("of parallel squares is their distance", () => {
		const score = measureSurfaceDistance(
			square(0.03),
			square(0),
			pointsOn(square(0)),
			settings(),
		);
		expect(score.accuracy).toBeCloseTo(0.03, 6);
		expect(score.completeness).toBeCloseTo(0.03, 6);
		expect(score.chamfer).toBeCloseTo(0.03, 6);
		expect(score.fScores.map((f) => [f.threshold, f.fScore])).toEqual([
			[0.01, 0],
			[0.02, 0],
			[0.05, 1],
			[0.1, 1],
		]);
	});

	it("tells missing surface (recall) from wrong surface (precision)", () => {
		const half: Mesh = {
			positions: new Float32Array([0, 0, 0, 0.5, 0, 0, 0.5, 1, 0, 0, 1, 0]),
			indices: new Uint32Array([0, 1, 2, 0, 2, 3]),
		};
		const score = measureSurfaceDistance(
			half,
			square(0),
			pointsOn(square(0)),
			settings(),
		);
		expect(score.accuracy).toBeCloseTo(0, 6);
		// Half of the points are 0 to 0.5 away.
		expect(score.completeness).toBeCloseTo(0.125, 1);
		const [strict] = score.fScores;
		expect(strict.precision).toBe(1);
		expect(strict.recall).toBeGreaterThan(0.47);
		expect(strict.recall).toBeLessThan(0.55);
		expect(strict.fScore).toBeCloseTo(
			(2 * strict.recall) / (1 + strict.recall),
			9,
		);
	});

	it("normalised, place and size do not matter; otherwise they do", () => {
		const truth = icosphere(3, 0.5);
		const result = moved(truth, 3, 7);
		const points = pointsOn(truth);
		expect(
			measureSurfaceDistance(result, truth, points, {
				...settings(),
				normalise: true,
			}).chamfer,
		).toBeLessThan(1e-5);
		expect(
			measureSurfaceDistance(result, truth, points, settings()).chamfer,
		).toBeGreaterThan(1);
	});

	it("normalises by the triangles, not by vertices left over", () => {
		const truth = icosphere(2, 0.5);
		const litter: Mesh = {
			positions: Float32Array.of(...truth.positions, 9, 9, 9),
			indices: truth.indices,
		};
		expect(
			measureSurfaceDistance(truth, litter, pointsOn(truth), {
				...settings(),
				normalise: true,
			}).chamfer,
		).toBeLessThan(1e-5);
	});

	it("refuses a truth without points", () => {
		expect(() =>
			measureSurfaceDistance(
				square(0),
				square(0),
				new Float32Array(0),
				settings(),
			),
		).toThrow(RangeError);
	});
});
