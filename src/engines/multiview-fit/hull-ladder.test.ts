import { expect, test } from "vitest";
import type { Mesh } from "../../core/mesh.ts";
import type { View } from "../../core/view.ts";
import { sampleToGrid } from "../../kernel/field/grid-field.ts";
import { silhouetteDistance } from "../../kernel/image/silhouette-distance.ts";
import { canonicalCamera } from "../../kernel/math/camera.ts";
import { labelComponents } from "../../kernel/mesh/components.ts";
import { signedVolume } from "../../kernel/mesh/measure.ts";
import { cube, join, translated } from "../../kernel/mesh/shapes.ts";
import { SPHERE, viewOf } from "../engine.contract.ts";
import { dropGhosts } from "./drop-ghosts.ts";
import { keepOutlines } from "./fit-few.ts";
import { ladderField, ladderResolutions, rungTask } from "./hull-ladder.ts";
import { createSilhouetteFit } from "./silhouette-fit.ts";

const views: View[] = (["front", "right", "top"] as const).map((name) =>
	viewOf(SPHERE, canonicalCamera(name, 96, 96), name),
);
const cones = views.map(({ camera, mask }) => ({
	camera,
	silhouette: silhouetteDistance(mask),
}));
const ladder = {
	cones,
	box: { min: [-0.5, -0.5, -0.5], max: [0.5, 0.5, 0.5] },
	line: null,
	leastPlate: 0.1,
	byChords: true,
} as const;
const makeRung = rungTask.open(ladder);

test("a ladder grows finer from rung to rung", () => {
	const resolutions = ladderResolutions(ladderField(ladder), {
		first: 2000,
		last: 20_000,
		count: 3,
	});
	const counts = resolutions.map((resolution, n) => {
		const rung = makeRung({ resolution, isFinest: n === 2 }, () => {});
		expect(rung.spacing).toBe(1 / resolution);
		expect(rung.plateWeight).toHaveLength(rung.hull.positions.length / 3);
		return rung.plateWeight.length;
	});
	expect(counts).toHaveLength(3);
	expect(counts[1]).toBeGreaterThan(counts[0]);
	expect(counts[2]).toBeGreaterThan(counts[1]);
	expect(counts[2]).toBeGreaterThan(12_000);
	expect(counts[2]).toBeLessThan(30_000);
});

test("a ladder of nothing has no rungs", () => {
	const box = { min: [2, 2, 2], max: [3, 3, 3] } as const;
	const steps = { first: 2000, last: 20_000, count: 3 };
	expect(ladderResolutions(ladderField({ ...ladder, box }), steps)).toEqual([]);
});

test("a piece that every view has before a larger one is a ghost; one that stands alone is not", () => {
	const body = cube(0.4);
	const ghost = translated(cube(0.05), 0, 0, 0); // inside the body: no view misses it
	const leg = translated(cube(0.05), 0.3, 0, 0);
	const kept = dropGhosts(join(body, ghost, leg), cones);
	expect(labelComponents(kept).count).toBe(2);
	expect(kept.positions.length / 3).toBe(
		(body.positions.length + leg.positions.length) / 3,
	);
	expect(dropGhosts(body, cones)).toBe(body);
});

test("a fit that loses its outlines gives way to the hull", async () => {
	const { hull } = makeRung({ resolution: 40, isFinest: false }, () => {});
	const shrunk = (by: number): Mesh => ({
		positions: hull.positions.map((p) => p * by),
		indices: hull.indices,
	});
	const match = createSilhouetteFit(cones, views);
	const close = shrunk(0.997);
	expect(await keepOutlines(close, hull, match)).toBe(close);
	expect(await keepOutlines(shrunk(0.9), hull, match)).toBe(hull);
});

test("hollows are taken out of every rung, and nothing else is", () => {
	const grid = sampleToGrid(ladderField(ladder), 48, 0.05);
	const pit = (x: number, y: number, z: number): number =>
		Math.min(0.03, 0.12 - Math.hypot(x, y, z - 0.2));
	const [nx, ny] = grid.counts;
	const values = grid.values.map((_, n) =>
		Math.max(
			-0.03,
			pit(
				grid.origin[0] + (n % nx) * grid.spacing,
				grid.origin[1] + (Math.floor(n / nx) % ny) * grid.spacing,
				grid.origin[2] + Math.floor(n / (nx * ny)) * grid.spacing,
			),
		),
	);
	const bare = ladderField(ladder);
	const dug = ladderField({ ...ladder, hollows: { ...grid, values } });
	const at = (x: number, y: number, z: number): number[] =>
		[bare, dug].map((field) => {
			const out = new Float32Array(1);
			field.sample(Float32Array.of(x, y, z), out, 1);
			return out[0];
		});
	const [solid, empty] = at(0, 0, 0.2);
	expect(solid).toBeLessThan(-0.05);
	expect(empty).toBeGreaterThan(0.02);
	const [before, after] = at(-0.22, 0, -0.31);
	expect(before).toBeGreaterThan(-0.03);
	expect(after).toBe(before);
	const volumes = [undefined, { ...grid, values }].map((hollows) => {
		const open = rungTask.open(hollows ? { ...ladder, hollows } : ladder);
		const { hull } = open({ resolution: 40, isFinest: false }, () => {});
		return signedVolume(hull);
	});
	const taken = volumes[0] - volumes[1];
	// Most of a ball of 0.12: the rest of it lies outside.
	expect(taken).toBeGreaterThan(0.004);
	expect(taken).toBeLessThan(0.0073);
});
