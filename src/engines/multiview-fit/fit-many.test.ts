import { expect, test } from "vitest";
import type { Mesh } from "../../core/mesh.ts";
import { createRandom, createRunContext } from "../../core/run-context.ts";
import type { Field } from "../../core/shape.ts";
import { extractSurface } from "../../kernel/field/extract-surface.ts";
import {
	hullField,
	type SilhouetteCone,
} from "../../kernel/field/hull-field.ts";
import { colorPyramid } from "../../kernel/image/color-pyramid.ts";
import { signedVolume } from "../../kernel/mesh/measure.ts";
import { sampleSurface } from "../../kernel/mesh/sample-surface.ts";
import { measureTopology } from "../../kernel/mesh/topology.ts";
import { measureSurfaceDistance } from "../../kernel/metric/surface-distance.ts";
import {
	lookFrom,
	paintedView,
	spreadEyes,
} from "../../kernel/optimize/painted-view.test-support.ts";
import type { ColoredView } from "../../kernel/optimize/photometric-terms.ts";
import { coneOf } from "../../kernel/optimize/views.test-support.ts";
import { BITTEN } from "./bitten.test-support.ts";
import { fitManyViews } from "./fit-many.ts";
import type { Ladder } from "./hull-ladder.ts";
import { clay, pot } from "./pot.test-support.ts";
import { PRESET } from "./presets.ts";

const RESOLUTION = 32;

function coloredOf(
	views: readonly ReturnType<typeof paintedView>[],
): ColoredView[] {
	return views.map(({ image, mask, camera }) => ({
		camera,
		levels: colorPyramid(image, mask, 4),
	}));
}

function ladderOf(
	cones: readonly SilhouetteCone[],
	box: Field["bounds"],
): Ladder {
	return { cones, box, line: null, leastPlate: 1, byChords: true };
}

test("a hollow that outlines cannot show is carved", async () => {
	const body = extractSurface(BITTEN, { resolution: 48 });
	const views = spreadEyes(16, 2.5).map(([x, y, z], v) => ({
		...paintedView(body, lookFrom(x, y, z, 128, 220)),
		label: `${v}`,
	}));
	const cones = views.map(({ camera, mask }) => coneOf(camera, mask));
	const field = hullField(cones, BITTEN.bounds);
	const hull = extractSurface(field, { resolution: RESOLUTION });
	const fitted = await fitManyViews(
		{
			hull,
			field,
			cones,
			views,
			colored: coloredOf(views),
			ladder: ladderOf(cones, BITTEN.bounds),
			resolution: RESOLUTION,
		},
		{ ...PRESET.fast, steps: [16], solverSteps: 16, colors: true },
		false,
		createRunContext().ctx,
	);
	const truth = sampleSurface(body, 3000, createRandom(1)).points;
	const [ours, bare] = [fitted, hull].map(
		(mesh) =>
			measureSurfaceDistance(mesh, body, truth, {
				sampleCount: 3000,
				random: createRandom(2),
			}).chamfer,
	);
	expect(bare).toBeGreaterThan(0.008);
	expect(ours).toBeLessThan(0.3 * bare);
	expect(measureTopology(fitted).watertight).toBe(true);
});

/** A slab with a slot that is narrower than a cell of the first grid. */
const SLOTTED: Field = {
	bounds: { min: [-0.5, -0.35, -0.2], max: [0.5, 0.35, 0.2] },
	lipschitz: 1,
	sample(points, out, count) {
		for (let n = 0; n < count; n++) {
			const x = Math.abs(points[n * 3]);
			const y = points[n * 3 + 1];
			const z = Math.abs(points[n * 3 + 2]);
			const slab = Math.max(x - 0.45, Math.abs(y) - 0.3, z - 0.15);
			const slot = Math.max(x - 0.3, Math.abs(y - 0.025) - 0.015);
			out[n] = Math.max(slab, -slot);
		}
	},
};

test("a slot that the first grid is too coarse for comes back with the finer hull", async () => {
	const body = extractSurface(SLOTTED, { resolution: 96 });
	const views = spreadEyes(16, 2.5)
		.concat([[0, 0, 2.5]])
		.map(([x, y, z], v) => ({
			...paintedView(body, lookFrom(x, y, z, 256, 440)),
			label: `${v}`,
		}));
	const cones = views.map(({ camera, mask }) => coneOf(camera, mask));
	const field = hullField(cones, SLOTTED.bounds);
	const hull = extractSurface(field, { resolution: 20 });
	const genus = (mesh: Mesh): number => measureTopology(mesh).genus;
	const fitWith = (steps: readonly number[]): Promise<Mesh> =>
		fitManyViews(
			{
				hull,
				field,
				cones,
				views,
				colored: undefined,
				ladder: ladderOf(cones, SLOTTED.bounds),
				resolution: 20,
			},
			{ ...PRESET.fast, steps, solverSteps: 16 },
			false,
			createRunContext().ctx,
		);
	expect(genus(hull)).toBe(0);
	expect(genus(await fitWith([8]))).toBe(0);
	expect(genus(await fitWith([8, 2]))).toBe(1);
});

test("where stereo finds nothing a network may see an inside, and the user is told", async () => {
	const body = extractSurface(pot(true), { resolution: 64 });
	const views = spreadEyes(16, 2.5).map(([x, y, z], v) => ({
		...paintedView(body, lookFrom(x, y, z, 192, 330), clay),
		label: `${v}`,
	}));
	const cones = views.map(({ camera, mask }) => coneOf(camera, mask));
	const box = pot(true).bounds;
	const field = hullField(cones, box);
	const hull = extractSurface(field, { resolution: RESOLUTION });
	const fitWith = async (learned: boolean): Promise<[Mesh, string[]]> => {
		const { ctx, record } = createRunContext();
		const mesh = await fitManyViews(
			{
				hull,
				field,
				cones,
				views,
				colored: coloredOf(views),
				ladder: ladderOf(cones, box),
				resolution: RESOLUTION,
			},
			{ ...PRESET.fast, steps: [8, 2], solverSteps: 12, colors: true },
			learned,
			ctx,
		);
		return [mesh, record.notices.map(({ code }) => code)];
	};
	const [filled, silent] = await fitWith(false);
	const [open, told] = await fitWith(true);
	expect(silent).toEqual([]);
	expect(told).toEqual(["hollows-guessed"]);
	expect(measureTopology(open).watertight).toBe(true);
	// The pot's own clay is less than half of the filled ball.
	expect(signedVolume(open)).toBeLessThan(0.75 * signedVolume(filled));
});
