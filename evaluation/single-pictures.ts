import type { Camera } from "../src/core/camera.ts";
import type { Engine } from "../src/core/engine.ts";
import { INLINE } from "../src/core/parallel.ts";
import type { Photo } from "../src/core/photo.ts";
import { createRunContext } from "../src/core/run-context.ts";
import type { SurfaceDistance } from "../src/kernel/metric/surface-distance.ts";
import { resolveRunOptions } from "../src/pipeline/options.ts";
import { imagesToAsset } from "../src/pipeline/pipeline.ts";
import { distanceFromPhoto, inputScore, type PictureScore } from "./measure.ts";
import {
	type EvaluationObject,
	type GroundTruth,
	loadPosed,
} from "./objects.ts";

/** One picture of one object, with the camera that took it: only the measuring looks at that. */
export interface SinglePicture {
	readonly object: EvaluationObject;
	readonly set: "photo" | "posed";
	readonly photo: Photo & { readonly camera: Camera };
}

export interface SingleScore {
	readonly geometry: SurfaceDistance;
	readonly input: PictureScore;
	readonly watertight: boolean;
	readonly totalMs: number;
	readonly cpuMs: number;
}

/** Posed views from heights that people photograph from: 45° above the horizon to 2° below, all round. */
const FIRST_POSED = 3;
const POSED_COUNT = 10;
/** Three of them for each object, shifted by one from object to object. Chosen before any engine was measured. */
const POSED_OFFSETS = [0, 3, 6];

/** `photo.png` and three posed views of the object that stands at `index` in the set. */
export async function loadSinglePictures(
	object: EvaluationObject,
	index: number,
): Promise<SinglePicture[]> {
	const [photo] = await loadPosed(object, "photo");
	const posed = await loadPosed(object, "posed");
	const chosen = POSED_OFFSETS.map(
		(offset) => posed[FIRST_POSED + ((index + offset) % POSED_COUNT)],
	);
	const withCamera = (from: Photo): SinglePicture["photo"] => ({
		...from,
		camera: from.camera as Camera,
	});
	return [
		{ object, set: "photo", photo: withCamera(photo) },
		...chosen.map(
			(view): SinglePicture => ({
				object,
				set: "posed",
				photo: withCamera(view),
			}),
		),
	];
}

/** Degrees above the horizon and round the object from its front. */
export function directionOf({ photo }: SinglePicture): {
	readonly elevation: number;
	readonly azimuth: number;
} {
	const m = photo.camera.worldFromCamera;
	const degrees = 180 / Math.PI;
	return {
		elevation: Math.round(Math.asin(m[6]) * degrees),
		azimuth: Math.round(Math.atan2(m[2], m[10]) * degrees),
	};
}

/** Runs one engine on one picture as a user would, without its camera; in one thread, so that its time can be compared. */
export async function measureSingle(
	{ photo }: SinglePicture,
	truth: GroundTruth,
	engine: Engine,
	quality: "fast" | "balanced" | "quality",
): Promise<SingleScore> {
	const { camera, ...bare } = photo;
	const { ctx } = createRunContext({ parallel: INLINE });
	const startedMs = performance.now();
	const cpu = process.cpuUsage();
	const result = await imagesToAsset(
		[bare],
		engine,
		engine.options.parse({}),
		resolveRunOptions({ quality, background: "alpha" }),
		ctx,
	);
	const totalMs = performance.now() - startedMs;
	const { user, system } = process.cpuUsage(cpu);
	return {
		geometry: distanceFromPhoto(result, truth, camera),
		input: inputScore(result),
		watertight: result.report.mesh.watertight && result.report.mesh.manifold,
		totalMs,
		cpuMs: (user + system) / 1000,
	};
}
