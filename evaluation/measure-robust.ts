import type { Engine } from "../src/core/engine.ts";
import { createRandom, createRunContext } from "../src/core/run-context.ts";
import {
	measureSurfaceDistance,
	type SurfaceDistance,
} from "../src/kernel/metric/surface-distance.ts";
import { resolveRunOptions } from "../src/pipeline/options.ts";
import { imagesToAsset } from "../src/pipeline/pipeline.ts";
import { alignToTruth } from "./align.ts";
import { novelScore } from "./measure.ts";
import { type EvaluationObject, loadGroundTruth } from "./objects.ts";
import type { RobustSetup } from "./setups.ts";

export interface RobustScore {
	readonly object: string;
	readonly geometry: SurfaceDistance;
	/** Of pictures that were not used, where the setup asks for it. */
	readonly novelPsnrDb?: number;
	/** Views that were left out as contradicting the others. */
	readonly leftOut: number;
	readonly totalMs: number;
}

/** Runs one engine on one object with worse input; textured only where the look is measured. */
export async function measureRobust(
	object: EvaluationObject,
	setup: RobustSetup,
	engine: Engine,
): Promise<RobustScore> {
	const truth = await loadGroundTruth(object);
	const photos = await setup.inputs(object);
	const { ctx } = createRunContext();
	const startedMs = performance.now();
	const result = await imagesToAsset(
		photos,
		engine,
		engine.options.parse(setup.preset ? { preset: setup.preset } : {}),
		resolveRunOptions({
			background: "alpha",
			texture: setup.look !== undefined,
		}),
		ctx,
	);
	const totalMs = performance.now() - startedMs;
	const { mesh } = result.asset.textured;
	return {
		object: object.name,
		geometry: measureSurfaceDistance(
			setup.aligned ? alignToTruth(mesh, truth.visible) : mesh,
			truth.visible,
			truth.points,
			{
				sampleCount: 30_000,
				thresholds: [0.01, 0.02],
				random: createRandom(1),
			},
		),
		...(setup.look
			? { novelPsnrDb: (await novelScore(object, result, setup.look)).psnrDb }
			: {}),
		leftOut: photos.length - result.views.length,
		totalMs,
	};
}
