import { expect, test } from "vitest";
import type { Field } from "../../core/shape.ts";
import { icosphere } from "../mesh/shapes.ts";
import { lookFrom, spreadEyes } from "../optimize/painted-view.test-support.ts";
import type { DepthMap } from "../optimize/sweep-depth.ts";
import { rasterize } from "../raster/rasterize.ts";
import { extractSurface } from "./extract-surface.ts";
import { confirmDepths, fuseDepths } from "./fuse-depths.ts";
import { latticeField, sampleToGrid } from "./grid-field.ts";

const RADIUS = 0.4;
const TOLERANCE = { share: 0, least: 0.012, most: 0.012 };
const OPTIONS = { truncation: 0.04, thinRadius: 0.02, hullWeight: 0.15 };
/** A ball somewhat larger than the one that the depth maps see. */
const hull: Field = {
	bounds: { min: [-0.5, -0.5, -0.5], max: [0.5, 0.5, 0.5] },
	lipschitz: 1,
	sample(points, out, count) {
		for (let n = 0; n < count; n++)
			out[n] =
				Math.hypot(points[n * 3], points[n * 3 + 1], points[n * 3 + 2]) - 0.47;
	},
};
const grid = sampleToGrid(hull, 48, OPTIONS.thinRadius);
const maps: DepthMap[] = spreadEyes(14, 2).map(([x, y, z]) => {
	const camera = lookFrom(x, y, z, 96, 150);
	const seen = rasterize(icosphere(4, RADIUS), camera).depth;
	return {
		camera,
		depth: seen.map((d) => (d < Infinity ? d : 0)),
		behind: seen.map((d) => (d < Infinity ? 0.07 : 0)),
		trust: seen.map((d) => (d < Infinity ? 1 : 0)),
	};
});
const others = maps.map((_, m) => maps.map((_, k) => k).filter((k) => k !== m));

function radii(fused: Float32Array): number[] {
	const { positions } = extractSurface(
		latticeField({ ...grid, values: fused }),
		{ resolution: 48 },
	);
	const out: number[] = [];
	for (let i = 0; i < positions.length; i += 3)
		out.push(Math.hypot(...positions.subarray(i, i + 3)));
	return out;
}

test("depth maps of a ball carve a ball out of a larger hull", () => {
	const found = radii(fuseDepths(grid, maps, OPTIONS));
	const mean = found.reduce((sum, r) => sum + r, 0) / found.length;
	expect(Math.abs(mean - RADIUS)).toBeLessThan(0.004);
	expect(Math.max(...found) - Math.min(...found)).toBeLessThan(0.03);
});

test("the result is never outside the hull, and without depths it is the hull", () => {
	const bulging = maps.map((map) => ({
		...map,
		depth: map.depth.map((d) => d - 0.2),
	}));
	const fused = fuseDepths(grid, bulging, OPTIONS);
	expect(fused.every((value, n) => value >= grid.values[n])).toBe(true);
	const untouched = fuseDepths(grid, [], OPTIONS);
	expect(untouched.every((value, n) => value === grid.values[n])).toBe(true);
});

test("depths that no other map confirms are dropped", () => {
	const wrong = maps.map((map, m) =>
		m === 3 ? { ...map, depth: map.depth.map((d) => d + 0.1) } : map,
	);
	const kept = confirmDepths(wrong, others, {
		needed: 2,
		tolerance: TOLERANCE,
	});
	const share = (m: number): number => {
		let before = 0;
		let after = 0;
		for (let n = 0; n < kept[m].trust.length; n++) {
			if (wrong[m].trust[n] > 0) before++;
			if (kept[m].trust[n] > 0) after++;
		}
		return after / before;
	};
	expect(share(3)).toBeLessThan(0.1);
	expect(share(0)).toBeGreaterThan(0.8);
});

test("depths weigh by how many maps confirm them", () => {
	const total = (m: number, count: number): number =>
		confirmDepths(
			maps,
			others.map((list) => list.slice(0, count)),
			{ needed: 1, tolerance: TOLERANCE },
		)[m].trust.reduce((sum, trust) => sum + trust, 0);
	const alone = total(6, 1);
	expect(alone).toBeGreaterThan(0);
	expect(total(6, 4)).toBeGreaterThan(1.5 * alone);
	const most = Math.max(
		...confirmDepths(maps, others, { needed: 1, tolerance: TOLERANCE })[6]
			.trust,
	);
	expect(most).toBe(3);
});

test("what lies deeper may be confirmed less closely", () => {
	const shifted = maps.map((map, m) =>
		m === 6 ? { ...map, depth: map.depth.map((d) => d && d + 0.015) } : map,
	);
	const keptAt = (behind: number): number =>
		confirmDepths(
			shifted.map((map) => ({ ...map, behind: map.depth.map(() => behind) })),
			others,
			{ needed: 1, tolerance: { share: 0.3, least: 0.006, most: 0.02 } },
		)[6].trust.filter((trust) => trust > 0).length;
	expect(keptAt(0.07)).toBeGreaterThan(3 * keptAt(0.01));
});
