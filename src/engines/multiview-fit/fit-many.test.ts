import { expect, test } from "vitest";
import { createRandom, createRunContext } from "../../core/run-context.ts";
import { extractSurface } from "../../kernel/field/extract-surface.ts";
import { hullField } from "../../kernel/field/hull-field.ts";
import { colorPyramid } from "../../kernel/image/color-pyramid.ts";
import { silhouetteDistance } from "../../kernel/image/silhouette-distance.ts";
import { sampleSurface } from "../../kernel/mesh/sample-surface.ts";
import { measureTopology } from "../../kernel/mesh/topology.ts";
import { measureSurfaceDistance } from "../../kernel/metric/surface-distance.ts";
import {
	lookFrom,
	paintedView,
	spreadEyes,
} from "../../kernel/optimize/painted-view.test-support.ts";
import { BITTEN } from "./bitten.test-support.ts";
import { fitManyViews } from "./fit-many.ts";
import { PRESET } from "./presets.ts";

const RESOLUTION = 32;

test("a hollow that outlines cannot show is carved", async () => {
	const body = extractSurface(BITTEN, { resolution: 48 });
	const views = spreadEyes(16, 2.5).map(([x, y, z], v) => ({
		...paintedView(body, lookFrom(x, y, z, 128, 220)),
		label: `${v}`,
	}));
	const cones = views.map(({ mask, camera }) => ({
		camera,
		silhouette: silhouetteDistance(mask),
	}));
	const field = hullField(cones, BITTEN.bounds);
	const hull = extractSurface(field, { resolution: RESOLUTION });
	const fitted = await fitManyViews(
		hull,
		field,
		cones,
		views,
		views.map(({ image, mask, camera }) => ({
			camera,
			levels: colorPyramid(image, mask, 4),
		})),
		RESOLUTION,
		{ ...PRESET.fast, steps: [16], solverSteps: 16, colors: true },
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
