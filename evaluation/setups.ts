import type { Photo } from "../src/core/photo.ts";
import type { ViewName } from "../src/core/view.ts";
import {
	exposePictures,
	jpegMasks,
	misplaceCameras,
	mixedMasks,
	offsetMasks,
	pierceMasks,
	softenMasks,
} from "./disturb.ts";
import { takeByHand } from "./hand-held.ts";
import {
	type EvaluationObject,
	loadGroundTruth,
	loadNamedViews,
	loadPosed,
} from "./objects.ts";

/** One kind of input of the robustness suite. Seeded: the same pictures on every run. */
export interface RobustSetup {
	readonly id: string;
	readonly title: string;
	readonly inputs: (object: EvaluationObject) => Promise<Photo[]>;
	/** Where cameras are wrong no one can know the world they stand in: the result is aligned before it is measured. */
	readonly aligned?: boolean;
	/** Whether the look is measured too, on pictures that were not used. */
	readonly look?: "posed" | "views";
	/** Of multiview-fit; other engines sit out. */
	readonly preset?: "fast" | "quality";
}

const SEED = 1;

async function sides(
	object: EvaluationObject,
	...names: ViewName[]
): Promise<Photo[]> {
	const six = await loadNamedViews(object);
	return names.flatMap((name) => six.filter((photo) => photo.name === name));
}

/** Six of the posed captures, from all around. */
async function sixPosed(object: EvaluationObject): Promise<Photo[]> {
	const all = await loadPosed(object, "posed");
	return [0, 5, 9, 13, 17, 22].map((k) => all[k]);
}

const posed = (object: EvaluationObject): Promise<Photo[]> =>
	loadPosed(object, "posed");

async function byHand(
	object: EvaluationObject,
	degrees: number,
	share: number,
): Promise<Photo[]> {
	return takeByHand(
		await loadNamedViews(object),
		await loadPosed(object, "views"),
		await posed(object),
		(await loadGroundTruth(object)).visible,
		{ degrees, share, seed: SEED },
	);
}

export const ROBUST_SETUPS: readonly RobustSetup[] = [
	// How many
	{
		id: "views-2",
		title: "front, right",
		inputs: (o) => sides(o, "front", "right"),
	},
	{
		id: "views-2-fb",
		title: "front, back",
		inputs: (o) => sides(o, "front", "back"),
	},
	{
		id: "views-3",
		title: "front, right, top",
		inputs: (o) => sides(o, "front", "right", "top"),
	},
	{
		id: "views-4",
		title: "four around",
		inputs: (o) => sides(o, "front", "right", "back", "left"),
	},
	{ id: "views-6", title: "six sides", inputs: loadNamedViews },
	{ id: "posed-6", title: "6 posed", inputs: sixPosed },
	{ id: "posed-24", title: "24 posed", inputs: posed },
	// Presets
	{
		id: "views-6-fast",
		title: "six sides, preset fast",
		inputs: loadNamedViews,
		preset: "fast",
	},
	{
		id: "views-6-quality",
		title: "six sides, preset quality",
		inputs: loadNamedViews,
		preset: "quality",
	},
	{
		id: "posed-24-fast",
		title: "24 posed, preset fast",
		inputs: posed,
		preset: "fast",
	},
	{
		id: "posed-24-quality",
		title: "24 posed, preset quality",
		inputs: posed,
		preset: "quality",
	},
	// Masks
	...[-2, -1, 1, 2].flatMap((pixels): RobustSetup[] => [
		{
			id: `masks${pixels < 0 ? "" : "+"}${pixels}`,
			title: `six sides, masks ${pixels < 0 ? "too small" : "too large"} by ${Math.abs(pixels)} px`,
			inputs: async (o) => offsetMasks(await loadNamedViews(o), pixels),
		},
		{
			id: `posed-24-masks${pixels < 0 ? "" : "+"}${pixels}`,
			title: `24 posed, masks ${pixels < 0 ? "too small" : "too large"} by ${Math.abs(pixels)} px`,
			inputs: async (o) => offsetMasks(await posed(o), pixels),
		},
	]),
	{
		id: "masks-mixed",
		title: "six sides, each mask off by up to 1 px",
		inputs: async (o) => mixedMasks(await loadNamedViews(o), 1, SEED),
	},
	{
		id: "posed-24-masks-mixed",
		title: "24 posed, each mask off by up to 1 px",
		inputs: async (o) => mixedMasks(await posed(o), 1, SEED),
	},
	{
		id: "masks-holes",
		title: "six sides, 8 holes in each mask",
		inputs: async (o) => pierceMasks(await loadNamedViews(o), SEED),
	},
	{
		id: "masks-soft",
		title: "six sides, edges soft over 6 px",
		inputs: async (o) => softenMasks(await loadNamedViews(o)),
	},
	{
		id: "masks-jpeg",
		title: "six sides, masks through JPEG of quality 15",
		inputs: async (o) => jpegMasks(await loadNamedViews(o)),
	},
	// Cameras
	{
		id: "hand-held",
		title: "six sides taken by hand: 2° and 2 % off (aligned)",
		inputs: (o) => byHand(o, 2, 0.02),
		aligned: true,
	},
	{
		id: "posed-6-off",
		title: "6 posed, cameras 2° and 2 % off (aligned)",
		inputs: async (o) => misplaceCameras(await sixPosed(o), 2, 0.02, SEED),
		aligned: true,
	},
	{
		id: "posed-24-off",
		title: "24 posed, cameras 2° and 2 % off (aligned)",
		inputs: async (o) => misplaceCameras(await posed(o), 2, 0.02, SEED),
		aligned: true,
	},
	// Light
	{
		id: "exposure",
		title: "six sides, exposures 0.8 to 1.25",
		inputs: async (o) => exposePictures(await loadNamedViews(o), SEED),
		look: "posed",
	},
	{
		id: "posed-24-exposure",
		title: "24 posed, exposures 0.8 to 1.25",
		inputs: async (o) => exposePictures(await posed(o), SEED),
		look: "views",
	},
];
