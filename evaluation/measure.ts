import type { Camera } from "../src/core/camera.ts";
import type { Engine } from "../src/core/engine.ts";
import type { Parallel } from "../src/core/parallel.ts";
import type { Photo } from "../src/core/photo.ts";
import { createRandom, createRunContext } from "../src/core/run-context.ts";
import { comparePictures } from "../src/kernel/metric/compare-pictures.ts";
import {
	measureSurfaceDistance,
	type SurfaceDistance,
} from "../src/kernel/metric/surface-distance.ts";
import { renderUnlit } from "../src/kernel/raster/render-unlit.ts";
import { cutOut } from "../src/pipeline/cut-out.ts";
import { resolveRunOptions } from "../src/pipeline/options.ts";
import {
	imagesToAsset,
	type PipelineResult,
} from "../src/pipeline/pipeline.ts";
import {
	type EvaluationObject,
	type GroundTruth,
	loadGroundTruth,
	loadNamedViews,
	loadPosed,
} from "./objects.ts";

/** What goes in, and which pictures are kept back to look at the result. */
export const SETUPS = ["photo", "views-6", "posed-24"] as const;
export type Setup = (typeof SETUPS)[number];

export interface PictureScore {
	readonly psnrDb: number;
	readonly ssim: number;
	readonly silhouetteIou: number;
}

export interface Score {
	readonly object: string;
	readonly geometry: SurfaceDistance;
	/** Mean over the input pictures. Silhouettes with 3 × 3 samples a pixel. */
	readonly input: PictureScore;
	/** Mean over pictures not used as input; a lone photo has none in its own frame. */
	readonly novel?: PictureScore;
	readonly triangles: number;
	readonly glbMB: number;
	readonly gltfErrors: number;
	readonly watertight: boolean;
	readonly manifold: boolean;
	readonly selfIntersecting: number;
	/** From decoded pictures to validated asset, report and previews. */
	readonly totalMs: number;
	/** To the validated asset alone. */
	readonly glbMs: number;
	/** Foreground to surface: the shape alone. */
	readonly shapeMs: number;
}

const SAMPLE_COUNT = 30_000;
const THRESHOLDS = [0.01, 0.02, 0.05, 0.1];

/** Runs one engine on one object, as a user would, and measures the finished asset. */
export async function measure(
	object: EvaluationObject,
	setup: Setup,
	engine: Engine,
	quality: "fast" | "balanced" | "quality",
	parallel: Parallel,
	preset?: string,
): Promise<Score> {
	const truth = await loadGroundTruth(object);
	const photos = await inputsOf(object, setup);
	const { ctx, record } = createRunContext({ parallel });
	const startedMs = performance.now();
	const result = await imagesToAsset(
		photos,
		engine,
		engine.options.parse(preset === undefined ? {} : { preset }),
		resolveRunOptions({ quality }),
		ctx,
	);
	const totalMs = performance.now() - startedMs;
	const { mesh } = result.asset.textured;

	const geometry =
		setup === "photo"
			? distanceFromPhoto(
					result,
					truth,
					(await loadPosed(object, "photo"))[0].camera as Camera,
				)
			: measureSurfaceDistance(mesh, truth.visible, truth.points, {
					sampleCount: SAMPLE_COUNT,
					thresholds: THRESHOLDS,
					random: createRandom(1),
				});
	const novelSetup = {
		photo: undefined,
		"views-6": "posed",
		"posed-24": "views",
	}[setup] as "posed" | "views" | undefined;
	return {
		object: object.name,
		geometry,
		input: inputScore(result),
		...(novelSetup
			? { novel: await novelScore(object, result, novelSetup) }
			: {}),
		triangles: mesh.indices.length / 3,
		glbMB: result.asset.glb.length / 1e6,
		gltfErrors: result.report.gltf?.errors ?? Number.NaN,
		watertight: result.report.mesh.watertight,
		manifold: result.report.mesh.manifold,
		selfIntersecting: result.report.mesh.selfIntersectingTriangleCount,
		totalMs,
		glbMs: totalMs - record.stepMs.report - record.stepMs.previews,
		shapeMs: record.stepMs.shape + record.stepMs.surface,
	};
}

/**
 * A result from one picture against the truth, both turned into the axes of their camera: where the world stands
 * cannot be known from one picture. Bounding boxes normalised, no other alignment.
 */
export function distanceFromPhoto(
	{ asset, views }: PipelineResult,
	{ visible, points }: GroundTruth,
	camera: Camera,
): SurfaceDistance {
	const { mesh } = asset.textured;
	return measureSurfaceDistance(
		{ ...mesh, positions: turn(mesh.positions, views[0].camera) },
		{ ...visible, positions: turn(visible.positions, camera) },
		turn(points, camera),
		{
			sampleCount: SAMPLE_COUNT,
			thresholds: THRESHOLDS,
			normalise: true,
			random: createRandom(1),
		},
	);
}

/** The result from its own cameras, against its own pictures. */
export function inputScore(result: PipelineResult): PictureScore {
	return comparedWith(result, result.views);
}

function inputsOf(object: EvaluationObject, setup: Setup): Promise<Photo[]> {
	switch (setup) {
		case "photo":
			return loadPosed(object, "photo").then((photos) =>
				photos.map(({ camera, ...photo }) => photo),
			);
		case "views-6":
			return loadNamedViews(object);
		case "posed-24":
			return loadPosed(object, "posed");
	}
}

/** The result from cameras of pictures that it was not made from. */
export async function novelScore(
	object: EvaluationObject,
	result: PipelineResult,
	which: "posed" | "views",
): Promise<PictureScore> {
	return comparedWith(
		result,
		await cutOutPosed(await loadPosed(object, which)),
	);
}

type Reference = Pick<
	PipelineResult["views"][number],
	"image" | "mask" | "camera"
>;

async function cutOutPosed(photos: readonly Photo[]): Promise<Reference[]> {
	const { ctx } = createRunContext();
	const cutouts = await cutOut(photos, { background: "alpha" }, ctx);
	return cutouts.map(({ photo, mask }) => ({
		image: photo.image,
		mask,
		camera: photo.camera as Camera,
	}));
}

function comparedWith(
	result: PipelineResult,
	references: readonly Reference[],
): PictureScore {
	let psnrDb = 0;
	let ssim = 0;
	let silhouetteIou = 0;
	for (const { image, mask, camera } of references) {
		const rendered = renderUnlit(result.asset.textured, camera, { samples: 3 });
		const { fidelity } = comparePictures(image, mask, rendered);
		psnrDb += fidelity.psnrDb / references.length;
		ssim += fidelity.ssim / references.length;
		silhouetteIou += fidelity.silhouetteIou / references.length;
	}
	return { psnrDb, ssim, silhouetteIou };
}

/** World points turned (not moved) into a camera's axes. */
function turn(
	points: Float32Array, // [count × 3]
	{ worldFromCamera: m }: Camera,
): Float32Array {
	const out = new Float32Array(points.length);
	for (let i = 0; i < points.length; i += 3)
		for (let axis = 0; axis < 3; axis++)
			out[i + axis] =
				m[axis] * points[i] +
				m[4 + axis] * points[i + 1] +
				m[8 + axis] * points[i + 2];
	return out;
}
