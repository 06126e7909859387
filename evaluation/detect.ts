import type { Photo } from "../src/core/photo.ts";
import { createRunContext, type Notice } from "../src/core/run-context.ts";
import { cutOut } from "../src/pipeline/cut-out.ts";
import { placeViews } from "../src/pipeline/place-views.ts";
import { mirrored } from "./disturb.ts";
import { type EvaluationObject, loadNamedViews, loadPosed } from "./objects.ts";

/** What people get wrong, one thing at a time. */
export const SLIPS = ["none", "swapped", "mirrored", "foreign"] as const;
export type Slip = (typeof SLIPS)[number];

/** What came of all the slips of one kind with one object. */
export interface Detection {
	readonly object: string;
	readonly slip: Slip;
	readonly count: number;
	/** The right views were named, as what they are. Nothing to name: nothing was said. */
	readonly right: number;
	/** Some view was named, but not (only) the right ones. */
	readonly wrong: number;
	/** Nothing was said, and the views were used as they are, or moved a little. */
	readonly missed: number;
}

/** Views of a larger set that slips happen to. */
const TRIED = [0, 5, 11, 17];
const MANY = 8;
/** The foreign picture is that of the third object further on. */
const FARTHER = 3;

export type DetectionSetup = "views-4" | "views-6" | "posed-24";

export async function detect(
	objects: readonly EvaluationObject[],
	index: number,
	setup: DetectionSetup,
): Promise<Detection[]> {
	const photos = await load(objects[index], setup);
	const foreign = await load(
		objects[(index + FARTHER) % objects.length],
		setup,
	);
	const tried = photos.length > MANY ? TRIED : [...photos.keys()];
	const results: Detection[] = [];
	for (const slip of SLIPS) {
		const tally = { right: 0, wrong: 0, missed: 0 };
		const cases = casesOf(slip, tried);
		for (const [a, b] of cases) {
			const wrongOnes =
				slip === "none" ? [] : slip === "swapped" ? [a, b] : [a];
			const notices = await placed(slipped(photos, foreign, slip, a, b));
			tally[
				judge(
					slip,
					wrongOnes.map((v) => photos[v].label),
					notices,
				)
			]++;
		}
		results.push({
			object: objects[index].name,
			slip,
			count: cases.length,
			...tally,
		});
	}
	return results;
}

async function load(
	object: EvaluationObject,
	setup: DetectionSetup,
): Promise<Photo[]> {
	if (setup === "posed-24") return loadPosed(object, "posed");
	return (await loadNamedViews(object)).slice(0, setup === "views-4" ? 4 : 6);
}

function casesOf(slip: Slip, tried: readonly number[]): [number, number][] {
	if (slip === "none") return [[0, 0]];
	if (slip !== "swapped") return tried.map((a) => [a, a]);
	return tried.flatMap((a) =>
		tried.filter((b) => b > a).map((b): [number, number] => [a, b]),
	);
}

function slipped(
	photos: readonly Photo[],
	foreign: readonly Photo[],
	slip: Slip,
	a: number,
	b: number,
): Photo[] {
	return photos.map((photo, v) => {
		if (slip === "swapped" && v === a)
			return { ...photo, image: photos[b].image };
		if (slip === "swapped" && v === b)
			return { ...photo, image: photos[a].image };
		if (slip === "mirrored" && v === a)
			return { ...photo, image: mirrored(photo.image) };
		if (slip === "foreign" && v === a)
			return { ...photo, image: foreign[a].image };
		return photo;
	});
}

async function placed(photos: readonly Photo[]): Promise<Notice[]> {
	const { ctx, record } = createRunContext();
	placeViews(await cutOut(photos, { background: "alpha" }, ctx), ctx);
	return record.notices.filter(({ code }) =>
		[
			"views-exchanged",
			"view-left-out",
			"view-renamed",
			"views-reframed",
			"cameras-corrected",
		].includes(code),
	);
}

function judge(
	slip: Slip,
	labels: readonly string[],
	notices: readonly Notice[],
): "right" | "wrong" | "missed" {
	const warnings = notices.filter(({ severity }) => severity === "warning");
	if (slip === "none") return notices.length === 0 ? "right" : "wrong";
	if (warnings.length === 0) return "missed";
	const isRight =
		slip === "swapped"
			? warnings.every(
					({ code, message }) =>
						code === "views-exchanged" &&
						labels.every((label) => message.includes(label)),
				)
			: warnings.every(
					({ code, label, message }) =>
						code === "view-left-out" &&
						label === labels[0] &&
						(slip !== "mirrored" || message.includes("mirrored")),
				);
	return isRight ? "right" : "wrong";
}
