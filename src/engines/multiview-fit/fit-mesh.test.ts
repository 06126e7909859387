import { expect, test } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import { extractSurface } from "../../kernel/field/extract-surface.ts";
import { hullField } from "../../kernel/field/hull-field.ts";
import { firstDepths } from "../../kernel/guess/surface-layers.ts";
import { silhouetteDistance } from "../../kernel/image/silhouette-distance.ts";
import { resizeCamera } from "../../kernel/math/camera.ts";
import { sampleSurface } from "../../kernel/mesh/sample-surface.ts";
import { measureSurfaceDistance } from "../../kernel/metric/surface-distance.ts";
import { depthPlanes } from "../../kernel/optimize/depth-terms.ts";
import {
	lookFrom,
	paintedView,
} from "../../kernel/optimize/painted-view.test-support.ts";
import { BITTEN } from "./bitten.test-support.ts";
import { FEW_WEIGHTS } from "./fit-few.ts";
import { type Advice, fitMesh } from "./fit-mesh.ts";

const RESOLUTION = 24;

test("advice is heeded as far as it is sure, and asked for once", async () => {
	const body = extractSurface(BITTEN, { resolution: 48 });
	const views = [
		[0, 0, 2.5],
		[2.5, 0, 0],
		[0, 0, -2.5],
		[-2.5, 0, 0],
		[0, 2.5, 0],
		[0, -2.5, 0],
	].map(([x, y, z]) => paintedView(body, lookFrom(x, y, z, 128, 220)));
	const cones = views.map(({ mask, camera }) => ({
		camera,
		silhouette: silhouetteDistance(mask),
	}));
	const field = hullField(cones, BITTEN.bounds);
	const hull = extractSurface(field, { resolution: RESOLUTION });
	let asked = 0;
	const truthWithDoubt = async (doubt: number): Promise<Advice> => {
		asked++;
		return {
			views: cones.map((cone) => {
				const camera = resizeCamera(cone.camera, 64, 64);
				const depth = firstDepths(body, camera);
				return depthPlanes(
					camera,
					depth,
					new Float32Array(64 * 64).fill(doubt),
				);
			}),
			weight: 4,
			halfDoubt: 0.006,
			reach: 0.05,
		};
	};
	const truth = sampleSurface(body, 3000, createRandom(1)).points;
	const errorWith = async (doubt?: number): Promise<number> => {
		const fitted = await fitMesh(hull, field, cones, {
			weights: FEW_WEIGHTS,
			spacing: 1 / RESOLUTION,
			steps: [24, 4],
			solverSteps: 20,
			...(doubt === undefined ? {} : { advise: () => truthWithDoubt(doubt) }),
		});
		return measureSurfaceDistance(fitted, body, truth, {
			sampleCount: 3000,
			random: createRandom(2),
		}).chamfer;
	};
	const alone = await errorWith();
	expect(asked).toBe(0);
	const sure = await errorWith(0.002);
	expect(asked).toBe(1);
	const unsure = await errorWith(0.2);
	expect(alone).toBeGreaterThan(0.006);
	expect(sure).toBeLessThan(0.5 * alone);
	expect(unsure).toBeGreaterThan(0.8 * alone);
});
