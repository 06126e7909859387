import type { Checkpoint } from "../core/run-context.ts";
import type { ViewName } from "../core/view.ts";
import { registerSilhouettes } from "../kernel/field/register-silhouettes.ts";
import {
	coherentShare,
	type OrbitPose,
	outlineGaps,
} from "../kernel/field/silhouette-coherence.ts";
import {
	type SilhouetteOutline,
	thinOutline,
} from "../kernel/image/silhouette-outline.ts";
import { CANONICAL_DISTANCE, canonicalCamera } from "../kernel/math/camera.ts";
import { frameByBoxes } from "./frame-by-boxes.ts";
import type { MaskBox } from "./mask-box.ts";

/** A named view as far as its silhouette goes. */
export interface OutlinedView {
	readonly name: ViewName;
	readonly label: string;
	readonly box: MaskBox;
	readonly width: number; // pixels of the picture
	readonly height: number; // pixels
	readonly outline: SilhouetteOutline;
}

export interface Registration {
	readonly poses: readonly OrbitPose[];
	/** Share of each outline that the other views explain. */
	readonly coherence: readonly number[]; // [viewCount] 0–1
	/** Root mean square of all gaps, world units. */
	readonly gap: number;
}

/** Longest side of the object in the frame of the poses, world units. */
export const REGISTERED_SIZE = 0.95;
/** An outline point counts as explained if the other silhouettes miss it by no more than this, world units. */
export const TOLERANCE: number = 0.01 * REGISTERED_SIZE;
/** A registration with this little gap is not improved by another start. */
export const CLOSED_GAP: number = 0.0008;

/** A search that has left this much after so many starts has views that do not belong together. */
const HOPELESS_GAP = 0.008;
const HOPELESS_STARTS = 3;
/** Points of an outline while searching; all of them have the last word. */
const SEARCH_POINTS = 160;
const LAST_ROUNDS = 10;

/** Radians; of a camera on a tripod. Turns are believed only where silhouettes do not agree without. */
const STEADY = 0.004;
/** Of a camera in the hand. */
const UNSTEADY = 0.05;

/**
 * Silhouettes of boxy and of round objects need different first guesses, and a search may end in a dead end.
 * Tried in order until the silhouettes agree: how boxy, turns expected (radians), trust in the outlines (world units).
 */
const STARTS = [
	{ boxiness: 0.5, turn: STEADY, noise: 0.005 },
	{ boxiness: 0.5, turn: 0.05, noise: 0.005 },
	{ boxiness: 0.3, turn: 0.05, noise: 0.005 },
	{ boxiness: 0.5, turn: 0.02, noise: 0.005 },
	{ boxiness: 0.8, turn: 0.05, noise: 0.01 },
	{ boxiness: 0, turn: 0.01, noise: 0.02 },
	{ boxiness: 1, turn: 0.01, noise: 0.005 },
] as const;
/** First, far gaps pull with full force, and lens and turns hardly give. */
const COARSE = { rounds: 15, farGap: 0.1, expected: { perspective: 0.02 } };
/** Then outliers count little. */
const FINE = {
	rounds: 40,
	noise: 0.002,
	expected: { perspective: 0.08 },
};

export interface RegisterViewsOptions {
	/** Poses that stay as they are, by view. Default none. */
	readonly known?: readonly (OrbitPose | undefined)[];
	/** First guesses to try, at most. Default all. */
	readonly startCount?: number;
}

/** Finds scale, place and small turns of each view by its silhouette. */
export function registerViews(
	views: readonly OutlinedView[],
	options: RegisterViewsOptions = {},
	checkpoint?: Checkpoint,
): Registration {
	const outlines = views.map(({ outline }) => outline);
	const fewer = outlines.map((outline) => thinOutline(outline, SEARCH_POINTS));
	const known = options.known ?? [];
	const fixed = views.map((_, v) => known[v] !== undefined);
	const upright = views.map(({ name }) => canonicalRotation(name));
	const startCount = Math.min(
		options.startCount ?? STARTS.length,
		STARTS.length,
	);
	let best: Registration | undefined;
	let turn: number = UNSTEADY;
	for (let k = 0; k < startCount; k++) {
		checkpoint?.(k / startCount);
		const coarse = registerSilhouettes(
			fewer,
			startPoses(views, STARTS[k].boxiness, known),
			{
				...COARSE,
				fixed,
				noise: STARTS[k].noise,
				expected: { ...COARSE.expected, turn: STARTS[k].turn },
			},
		);
		const isSteady = STARTS[k].turn === STEADY;
		const found = measurePoses(
			fewer,
			registerSilhouettes(fewer, coarse, {
				...FINE,
				fixed,
				upright,
				expected: { ...FINE.expected, turn: isSteady ? STEADY : UNSTEADY },
			}),
		);
		if (best === undefined || found.gap < best.gap) {
			best = found;
			turn = isSteady ? STEADY : UNSTEADY;
		}
		if (best.gap <= CLOSED_GAP) break;
		if (k + 1 >= HOPELESS_STARTS && best.gap > HOPELESS_GAP) break;
	}
	const { poses } = best as Registration;
	return measurePoses(
		outlines,
		registerSilhouettes(outlines, poses, {
			...FINE,
			rounds: LAST_ROUNDS,
			fixed,
			upright,
			expected: { ...FINE.expected, turn },
		}),
	);
}

/** Canonical sides framed by their boxes, in the frame of the known poses where there are some. */
export function startPoses(
	views: readonly OutlinedView[],
	boxiness: number,
	known: readonly (OrbitPose | undefined)[] = [],
): OrbitPose[] {
	const perspective =
		known.find((pose) => pose !== undefined)?.perspective ??
		1 / CANONICAL_DISTANCE;
	const framings = frameByBoxes(
		views.map(({ name, box, width, height, outline }, v) => {
			const pose = known[v];
			return {
				name,
				box,
				width,
				height,
				...(pose && {
					framing: {
						scale: pose.scale,
						cx: pose.cx + outline.left,
						cy: pose.cy + outline.top,
					},
				}),
			};
		}),
		{ size: REGISTERED_SIZE, perspective, boxiness },
	);
	return views.map(
		({ name, outline }, v) =>
			known[v] ?? {
				rotation: canonicalRotation(name),
				scale: framings[v].scale,
				cx: framings[v].cx - outline.left,
				cy: framings[v].cy - outline.top,
				perspective,
				offset: [0, 0],
			},
	);
}

/** Camera axes from world axes. */
export function canonicalRotation(name: ViewName): Float64Array /* [9] */ {
	const m = canonicalCamera(name, 1, 1).worldFromCamera;
	return Float64Array.of(m[0], m[4], m[8], m[1], m[5], m[9], m[2], m[6], m[10]);
}

/** How well the outlines agree in these poses. */
export function measurePoses(
	outlines: readonly SilhouetteOutline[],
	poses: readonly OrbitPose[],
): Registration {
	let sum = 0;
	let count = 0;
	const coherence = poses.map((_, v) => {
		const others = poses.map((_, w) => w).filter((w) => w !== v);
		const { gap } = outlineGaps(outlines, poses, v, others);
		for (const g of gap) if (g > 0) sum += g * g;
		count += gap.length;
		return coherentShare(gap, TOLERANCE);
	});
	return { poses, coherence, gap: Math.sqrt(sum / Math.max(1, count)) };
}
