import type { Camera } from "../core/camera.ts";
import type { Mask } from "../core/image.ts";
import type { Checkpoint } from "../core/run-context.ts";
import {
	coherentShare,
	type OrbitPose,
	outlineGaps,
} from "../kernel/field/silhouette-coherence.ts";
import {
	type SilhouetteOutline,
	silhouetteOutline,
	thinOutline,
} from "../kernel/image/silhouette-outline.ts";
import { maskBox } from "./mask-box.ts";
import { type ObjectFrame, poseOf } from "./outline-posed.ts";
import {
	measurePoses,
	type Registration,
	TOLERANCE,
} from "./register-views.ts";

/** A silhouette at the place that its label claims. */
export interface Claim {
	readonly mask: Mask;
	readonly camera: Camera;
	/** Its place in `places`, if it is one of those. */
	readonly place?: number;
}

/** A place where a picture can have been taken instead, whatever the size of the picture. */
export type Place = (width: number, height: number) => Camera;

/** What a picture seems to be that does not fit where it claims to be. */
export type Seems =
	| { readonly kind: "mirrored" }
	| { readonly kind: "turned"; readonly degrees: 90 | 180 | 270 } // clockwise, against what is right
	| { readonly kind: "taken-from"; readonly place: number };

export interface Mistakes {
	/** Pairs that carry each other's place. */
	readonly exchanged: readonly (readonly [number, number])[];
	/** Another exchange that fits as well: the same object, turned. */
	readonly or?: readonly [number, number];
	/** Views that do not fit where they claim to be, and where or how they would: the best first, none to several. */
	readonly odd: readonly {
		readonly view: number;
		readonly seems: readonly Seems[];
	}[];
}

const NONE: Mistakes = { exchanged: [], odd: [] };

const OUTLINE_POINTS = 100;
/** Views that belong together leave gaps of less than this, object size 0.95 … */
const AGREED_GAP = 0.003;
/** … and explain this share of each outline … */
const AGREED_SHARE = 0.95;
/** … and a change that makes it so closes all but this share of the gaps. */
const LEFT_SHARE = 0.35;
/** Leaving a view out without knowing what it is takes this much contradiction: masks that lose thin parts make less. */
const UNEXPLAINED_GAP = 0.012;
/** Explanations this near to the best (as a factor, and absolutely) are as good. */
const RIVAL = 1.3;
const RIVAL_GAP = 0.0003;
/** With more views, only the most suspicious are tried in other places. */
const ALL_SUSPECTS = 8;
const SUSPECTS = 6;
/** At most this share of the views is left out. */
const MOST_ODD = 0.25;
/** Leaving a view out must close this share of the gaps to be believed while others are still wrong. */
const ODD_GAIN = 0.15;

/**
 * Why silhouettes contradict each other, if few labels or pictures are to blame: two that carry each other's place,
 * one that is mirrored, turned, from another side or of another object. Each explanation is tried by the coherence of
 * the silhouettes it leaves (see `outlineGaps`); perspective tells even opposite sides apart. Says nothing where
 * no small number of changes makes all agree, and where the gaps are no larger than `quiet` anyway.
 */
export function findMistakes(
	claims: readonly Claim[],
	frame: ObjectFrame,
	{
		quiet,
		places,
	}: { readonly quiet: number; readonly places: readonly Place[] },
	checkpoint?: Checkpoint,
): Mistakes {
	const table = createTable(claims, frame);
	const everyone = claims.map((_, v) => v);
	if (claims.length < 3) return NONE;
	const odd: number[] = [];
	let present = everyone;
	let before = table.measure(present);
	if (before.gap <= quiet) return NONE;
	const most = Math.max(1, Math.floor(MOST_ODD * claims.length));
	const first = before;
	const agrees = (found: Registration): boolean =>
		found.gap <= AGREED_GAP &&
		found.gap <= LEFT_SHARE * first.gap &&
		Math.min(...found.coherence) >= AGREED_SHARE;
	while (odd.length < most && present.length > 2) {
		checkpoint?.(0);
		const suspects = table.suspects(present);
		// (1) One out. If that does not help much, more is wrong than labels.
		const outs = suspects.map((v) => {
			checkpoint?.(0);
			const rest = present.filter((w) => w !== v);
			return { view: v, found: table.measure(rest) };
		});
		const out = bestOf(outs);
		if (out === undefined || out.found.gap > (1 - ODD_GAIN) * before.gap) break;
		// (2) Two exchanged, besides those that are out already.
		const exchanges = suspects.flatMap((a, k) =>
			suspects.slice(k + 1).map((b) => {
				checkpoint?.(0);
				return {
					pair: [a, b].sort((x, y) => x - y),
					found: table.measure(present, swap(a, b)),
				};
			}),
		);
		const exchange = bestOf(exchanges);
		const guesses = agrees(out.found)
			? table.explain(out.view, present, places, agrees)
			: [];
		const single = guesses.at(0);
		const isExchange =
			exchange !== undefined &&
			agrees(exchange.found) &&
			(single === undefined || exchange.found.gap <= single.found.gap);
		if (isExchange) {
			const rival = exchanges.find(
				({ found, pair }) =>
					pair !== exchange.pair &&
					isRival(found, exchange.found) &&
					agrees(found),
			);
			// The first view keeps its name where either will do: it is the front more often than not.
			const [kept, other] =
				rival && exchange.pair.includes(0)
					? [rival, exchange]
					: [exchange, rival];
			return {
				exchanged: [kept.pair as unknown as [number, number]],
				...(other ? { or: other.pair as unknown as [number, number] } : {}),
				odd: odd.map((view) => ({ view, seems: [] })),
			};
		}
		if (agrees(out.found)) {
			// Of three views any two agree: no one knows which is the odd one.
			const tied = outs.some(
				({ view, found }) => view !== out.view && isRival(found, out.found),
			);
			if (tied && present.length <= 3) return NONE;
			if (guesses.length === 0 && first.gap < UNEXPLAINED_GAP) return NONE;
			return {
				exchanged: [],
				odd: [
					...odd.map((view) => ({ view, seems: [] })),
					{ view: out.view, seems: guesses.map(({ seems }) => seems) },
				],
			};
		}
		odd.push(out.view);
		present = present.filter((v) => v !== out.view);
		before = out.found;
	}
	return NONE;
}

function isRival(found: Registration, best: Registration): boolean {
	return found.gap <= Math.max(RIVAL * best.gap, best.gap + RIVAL_GAP);
}

function bestOf<T extends { readonly found: Registration }>(
	items: readonly T[],
): T | undefined {
	return items.reduce<T | undefined>(
		(best, item) =>
			best === undefined || item.found.gap < best.found.gap ? item : best,
		undefined,
	);
}

/** Which camera each view is tried with: its own, but for two. */
function swap(a: number, b: number): (v: number) => number {
	return (v) => (v === a ? b : v === b ? a : v);
}

interface Explained {
	readonly seems: Seems;
	readonly found: Registration;
}

interface Table {
	/** How well the silhouettes of these views agree. */
	measure(
		present: readonly number[],
		cameraOf?: (v: number) => number,
	): Registration;
	/** Those that gaps speak against, worst first. */
	suspects(present: readonly number[]): number[];
	/** What else the picture of a view could be, the best first. */
	explain(
		view: number,
		present: readonly number[],
		places: readonly Place[],
		agrees: (found: Registration) => boolean,
	): Explained[];
}

function createTable(claims: readonly Claim[], frame: ObjectFrame): Table {
	const outlines = claims.map(({ mask }) => outlineOf(mask));
	const poseFor = (v: number, camera: Camera): OrbitPose =>
		poseOf(camera, outlines[v], frame.centre, frame.unit);
	const own = claims.map(({ camera }, v) => poseFor(v, camera));
	const at = (v: number, w: number): OrbitPose =>
		v === w ? own[v] : poseFor(v, lensAt(claims[v].camera, claims[w].camera));

	return {
		measure: (present, cameraOf = (v) => v) =>
			measurePoses(
				present.map((v) => outlines[v]),
				present.map((v) => at(v, cameraOf(v))),
			),
		suspects(present) {
			if (present.length <= ALL_SUSPECTS) return [...present];
			const blame = new Float64Array(claims.length);
			for (const v of present) {
				const others = present.filter((w) => w !== v);
				const { gap, by } = outlineGaps(outlines, own, v, others);
				for (let p = 0; p < gap.length; p++) {
					if (gap[p] <= TOLERANCE) continue;
					blame[v] += 1 / gap.length;
					blame[by[p]] += 1 / gap.length;
				}
			}
			return [...present]
				.sort((a, b) => blame[b] - blame[a])
				.slice(0, SUSPECTS);
		},
		explain(view, present, places, agrees) {
			const { mask, camera, place: claimed } = claims[view];
			const rest = present.filter((w) => w !== view);
			const tries: Explained[] = [];
			const tryAs = (
				seems: Seems,
				outline: SilhouetteOutline,
				as: Camera,
			): void => {
				const tried = [...rest.map((w) => outlines[w]), outline];
				const pose = poseOf(as, outline, frame.centre, frame.unit);
				const poses = [...rest.map((w) => own[w]), pose];
				// Quickly: does the rest explain it at all?
				const all = rest.map((_, k) => k);
				const { gap } = outlineGaps(tried, poses, rest.length, all);
				if (coherentShare(gap, TOLERANCE) >= AGREED_SHARE)
					tries.push({ seems, found: measurePoses(tried, poses) });
			};
			const flopped = changedMask(mask, 0, true);
			tryAs({ kind: "mirrored" }, outlineOf(flopped), {
				...camera,
				cx: camera.width - camera.cx,
			});
			for (const quarters of [1, 2, 3] as const) {
				if (quarters !== 2 && mask.width !== mask.height) continue;
				const degrees = (360 - 90 * quarters) as 90 | 180 | 270;
				tryAs(
					{ kind: "turned", degrees },
					outlineOf(changedMask(mask, quarters, false)),
					camera,
				);
			}
			places.forEach((place, k) => {
				if (k === claimed) return;
				const as = lensAt(camera, place(mask.width, mask.height));
				tryAs({ kind: "taken-from", place: k }, outlines[view], as);
			});
			tries.sort((a, b) => a.found.gap - b.found.gap);
			return tries.filter(
				({ found }) => agrees(found) && isRival(found, tries[0].found),
			);
		},
	};
}

/** The lens of one camera where another stands. */
function lensAt(lens: Camera, { worldFromCamera }: Camera): Camera {
	return { ...lens, worldFromCamera };
}

function outlineOf(mask: Mask): SilhouetteOutline {
	const box = maskBox(mask) ?? {
		left: 0,
		top: 0,
		right: mask.width,
		bottom: mask.height,
	};
	return thinOutline(silhouetteOutline(mask, box), OUTLINE_POINTS);
}

/** The mask turned by quarters clockwise, or with left and right exchanged. */
function changedMask(
	{ width, height, data }: Mask,
	quarters: 0 | 1 | 2 | 3,
	flop: boolean,
): Mask {
	const out = new Uint8Array(data.length);
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) {
			const [a, b] = flop
				? [width - 1 - x, y]
				: quarters === 1
					? [width - 1 - y, x]
					: quarters === 2
						? [width - 1 - x, height - 1 - y]
						: [y, height - 1 - x];
			out[b * width + a] = data[y * width + x];
		}
	return { width, height, data: out };
}
