import { expect, test } from "vitest";
import { createRunContext } from "../../core/run-context.ts";
import type { Field } from "../../core/shape.ts";
import { extractSurface } from "../../kernel/field/extract-surface.ts";
import { hullField } from "../../kernel/field/hull-field.ts";
import { colorPyramid } from "../../kernel/image/color-pyramid.ts";
import {
	lookFrom,
	paint,
	paintedView,
	spreadEyes,
} from "../../kernel/optimize/painted-view.test-support.ts";
import { coneOf } from "../../kernel/optimize/views.test-support.ts";
import { BITTEN } from "./bitten.test-support.ts";
import { type Carved, carveHull } from "./carve-hull.ts";

const PIT_RADIUS = 0.24;
const PIT_Z = -0.16;

/** A ball with a dish in its front, and a pit from above down to y = `floor`. */
function pitted(floor: number): Field {
	return {
		...BITTEN,
		sample(points, out, count) {
			BITTEN.sample(points, out, count);
			for (let n = 0; n < count; n++) {
				const [x, y, z] = points.subarray(n * 3, n * 3 + 3);
				const pit = Math.max(Math.hypot(x, z - PIT_Z) - PIT_RADIUS, floor - y);
				out[n] = Math.max(out[n], -pit);
			}
		},
	};
}

/** Painted, so that stereo finds the dish; the pit is only darker below, so that it cannot find that. */
function paintedButPit(floor: number): typeof paint {
	return (x, y, z) => {
		const isInPit =
			Math.hypot(x, y, z) < 0.46 &&
			Math.hypot(x, z - PIT_Z) < PIT_RADIUS + 0.02 &&
			y > floor - 0.03;
		if (!isInPit) return paint(x, y, z);
		const light = 0.1 + 0.9 * Math.max(0, y);
		return [light, 0.8 * light, 0.65 * light];
	};
}

async function carve(
	floor: number,
	learned: boolean,
): Promise<{ carved: Carved; told: string[] }> {
	const body = extractSurface(pitted(floor), { resolution: 64 });
	const views = spreadEyes(16, 2.5).map(([x, y, z], v) => ({
		...paintedView(body, lookFrom(x, y, z, 192, 330), paintedButPit(floor)),
		label: `${v}`,
	}));
	const cones = views.map(({ camera, mask }) => coneOf(camera, mask));
	const box = BITTEN.bounds;
	const { ctx, record } = createRunContext();
	const carved = await carveHull(
		{
			hull: extractSurface(hullField(cones, box), { resolution: 48 }),
			cones,
			views,
			colored: views.map(({ image, mask, camera }) => ({
				camera,
				levels: colorPyramid(image, mask, 4),
			})),
			ladder: { cones, box, line: null, leastPlate: 1, byChords: true },
			resolution: 48,
		},
		learned,
		ctx,
	);
	if (!carved) throw new Error("nothing is carved");
	return { carved, told: record.notices.map(({ code }) => code) };
}

function at({ field }: Carved, x: number, y: number, z: number): number {
	const out = new Float32Array(1);
	field.sample(Float32Array.of(x, y, z), out, 1);
	return out[0];
}

test("what stereo leaves is dug where a network sees a pit and colours agree", async () => {
	const byStereo = await carve(-0.07, false);
	const both = await carve(-0.07, true);
	expect(byStereo.told).toEqual([]);
	expect(both.told).toEqual(["hollows-guessed"]);
	for (const { carved } of [byStereo, both]) {
		expect(carved.isMatt).toBe(true);
		expect(at(carved, 0, 0, 0.33)).toBeGreaterThan(0);
		expect(at(carved, 0, -0.2, PIT_Z)).toBeLessThan(0);
	}
	expect(at(byStereo.carved, 0, 0.1, PIT_Z)).toBeLessThan(0);
	expect(at(both.carved, 0, 0.1, PIT_Z)).toBeGreaterThan(0);
});

test("a pit that is less deep than the network believes is left to stereo: colours disagree", async () => {
	const { carved, told } = await carve(0.2, true);
	expect(told).toEqual([]);
	expect(carved.isMatt).toBe(true);
	expect(at(carved, 0, 0, 0.33)).toBeGreaterThan(0);
	expect(at(carved, 0, 0.1, PIT_Z)).toBeLessThan(0);
});
