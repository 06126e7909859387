import { expect, test } from "vitest";
import type { Mesh } from "../../core/mesh.ts";
import { createRandom } from "../../core/run-context.ts";
import type { Field } from "../../core/shape.ts";
import { extractSurface } from "../../kernel/field/extract-surface.ts";
import { hullField } from "../../kernel/field/hull-field.ts";
import { firstDepths } from "../../kernel/guess/surface-layers.ts";
import { resizeCamera } from "../../kernel/math/camera.ts";
import { sampleSurface } from "../../kernel/mesh/sample-surface.ts";
import { measureSurfaceDistance } from "../../kernel/metric/surface-distance.ts";
import { depthPlanes } from "../../kernel/optimize/depth-terms.ts";
import {
	lookFrom,
	paintedView,
} from "../../kernel/optimize/painted-view.test-support.ts";
import { coneOf } from "../../kernel/optimize/views.test-support.ts";
import { BITTEN } from "./bitten.test-support.ts";
import { FEW_WEIGHTS } from "./fit-few.ts";
import { type Advice, type Finish, fitMesh } from "./fit-mesh.ts";
import { createSilhouetteFit } from "./silhouette-fit.ts";

const RESOLUTION = 24;

/** A shape on a grid, its pictures from six sides, `size` pixels wide and high, and their hull. */
function fromSixSides(shape: Field, resolution: number, size: number) {
	const body = extractSurface(shape, { resolution });
	const views = [
		[0, 0, 2.5],
		[2.5, 0, 0],
		[0, 0, -2.5],
		[-2.5, 0, 0],
		[0, 2.5, 0],
		[0, -2.5, 0],
	].map(([x, y, z]) =>
		paintedView(body, lookFrom(x, y, z, size, (size * 220) / 128)),
	);
	const cones = views.map(({ camera, mask }) => coneOf(camera, mask));
	return { body, views, cones, field: hullField(cones, shape.bounds) };
}

test("advice is heeded as far as it is sure, and asked for once", async () => {
	const { body, cones, field } = fromSixSides(BITTEN, 48, 128);
	const hull = extractSurface(field, { resolution: RESOLUTION });
	let asked = 0;
	const truthWithDoubt = async (doubt: number): Promise<Advice[]> => {
		asked++;
		return [
			{
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
			},
		];
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

test("advice that costs what the pictures show gives way to the next", async () => {
	const { body, cones, field } = fromSixSides(BITTEN, 48, 128);
	const hull = extractSurface(field, { resolution: RESOLUTION });
	const planesAt = (shift: number): Advice => ({
		views: cones.map((cone) => {
			const camera = resizeCamera(cone.camera, 64, 64);
			const depth = firstDepths(body, camera).map((d) => d && d + shift);
			return depthPlanes(camera, depth, new Float32Array(64 * 64).fill(0.002));
		}),
		weight: 4,
		halfDoubt: 0.006,
		reach: 0.05,
	});
	const wrong = planesAt(0.1);
	const right = planesAt(0);
	const asked: Mesh[] = [];
	const fitWith = (advice: Advice[], keeps?: boolean): Promise<Mesh> =>
		fitMesh(hull, field, cones, {
			weights: FEW_WEIGHTS,
			spacing: 1 / RESOLUTION,
			steps: [12, 2],
			solverSteps: 12,
			advise: async () => advice,
			...(keeps === undefined
				? {}
				: {
						keeps: async (before: Mesh, after: Mesh) => {
							asked.push(before, after);
							return keeps;
						},
					}),
		});
	const rightAlone = await fitWith([right], false);
	expect(asked).toHaveLength(0); // nothing is left to choose
	expect(await fitWith([wrong, right], false)).toEqual(rightAlone);
	expect(asked).toHaveLength(2);
	expect(asked[0].positions).not.toEqual(asked[1].positions);
	const wrongAlone = await fitWith([wrong]);
	expect(wrongAlone).not.toEqual(rightAlone);
	expect(await fitWith([wrong, right], true)).toEqual(wrongAlone);
	expect(await fitWith([wrong, right])).toEqual(wrongAlone);
});

/** A plate with a bar across it, all of it thinner than the fit likes. */
const THIN: Field = {
	bounds: { min: [-0.5, -0.3, -0.5], max: [0.5, 0.3, 0.5] },
	lipschitz: 1,
	sample(points, out, count) {
		for (let n = 0; n < count; n++) {
			const x = Math.abs(points[n * 3]);
			const y = Math.abs(points[n * 3 + 1]);
			const z = Math.abs(points[n * 3 + 2]);
			const plate = Math.max(x - 0.45, y - 0.05, z - 0.12);
			const bar = Math.hypot(Math.max(0, z - 0.4), x, y) - 0.06;
			out[n] = Math.min(plate, bar);
		}
	},
};

test("rims drawn in the end lie on the outlines better, and the form is no worse", async () => {
	const { body, views, cones, field } = fromSixSides(THIN, 96, 256);
	const hull = extractSurface(field, { resolution: 48 });
	const match = createSilhouetteFit(cones, views);
	const truth = sampleSurface(body, 3000, createRandom(1)).points;
	const fitWith = async (
		finish?: Finish,
	): Promise<{ overlap: number; error: number }> => {
		const fitted = await fitMesh(hull, field, cones, {
			weights: FEW_WEIGHTS,
			spacing: 1 / 48,
			steps: [16],
			solverSteps: 20,
			...(finish ? { finish } : {}),
		});
		const { overlap } = await match(fitted);
		const { chamfer } = measureSurfaceDistance(fitted, body, truth, {
			sampleCount: 3000,
			random: createRandom(2),
		});
		return { overlap, error: chamfer };
	};
	const loose = await fitWith();
	const firm = await fitWith({
		steps: 3,
		solverSteps: 12,
		inside: 200,
		rim: 2,
	});
	expect(loose.overlap).toBeLessThan(0.985);
	expect(1 - firm.overlap).toBeLessThan(0.8 * (1 - loose.overlap));
	expect(firm.error).toBeLessThan(1.02 * loose.error);
});
