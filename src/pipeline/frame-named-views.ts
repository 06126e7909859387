import type { Camera } from "../core/camera.ts";
import type { Cutout } from "../core/photo.ts";
import type { RunContext } from "../core/run-context.ts";
import type { ViewName } from "../core/view.ts";
import type { OrbitPose } from "../kernel/field/silhouette-coherence.ts";
import { silhouetteOutline } from "../kernel/image/silhouette-outline.ts";
import { CANONICAL_DISTANCE, canonicalCamera } from "../kernel/math/camera.ts";
import { requireBox } from "./mask-box.ts";
import {
	CLOSED_GAP,
	canonicalRotation,
	measurePoses,
	type OutlinedView,
	REGISTERED_SIZE,
	type Registration,
	registerViews,
	startPoses,
} from "./register-views.ts";
import { objectGauge, registeredCamera } from "./registered-cameras.ts";
import { tellReframed, turnDegrees } from "./tell-reframed.ts";

/** Views that explain this share of each other's outlines have consistent cameras, but for what one mask has lost. */
const COHERENT = 0.985;
const COHERENT_WITH_LOSSES = 0.97;
const LOSSES = 0.9;
/** Degrees; larger turns need all outlines explained, or they are an accident. */
const EASY_TURN = 6;
/** What a view must reach to be worth moving to its neighbours. */
const FITTING = 0.95;
/** Below this, one view may be to blame for all. */
const DOUBTFUL = 0.9;
/** Degrees about one axis; more is a wrong label or another object rather than an unsteady hand. */
const MAX_TURN = 18;
/** Gap below which the views that remain are sure to belong together, world units. */
const REST_GAP = 0.002;
/** Mean coherence that the rest must gain without a view for that view to be the odd one. */
const REST_GAIN = 0.03;
/** A registration that gains less is not worth leaving the canonical cameras for. */
const WORTH_IT = 0.02;
/** Likewise for the framing of the boxes, which agrees with many a wrong label. */
const BOXES_GAIN = 0.1;
/** Fewer first guesses where each view is left out in turn. */
const LEAVE_ONE_OUT_STARTS = 2;

/**
 * Cameras for named views, by silhouettes alone. Views that agree in the canonical framing keep it exactly. Views
 * taken by hand (another lens, distance or middle, a little turned) are registered: scaled, shifted and turned until
 * each outline is explained by the others. One view that fits nowhere does not move the rest.
 */
export function frameNamedViews(
	cutouts: readonly Cutout[],
	ctx: RunContext,
): Camera[] {
	const canonical = cutouts.map(({ photo }) =>
		canonicalCamera(
			photo.name as ViewName,
			photo.image.width,
			photo.image.height,
		),
	);
	const views = cutouts.map(outlinedView);
	const { poses, unit } = canonicalPoses(views, canonical);
	const before = measurePoses(outlinesOf(views), poses);
	const worst = Math.min(...before.coherence);
	if (
		worst >= COHERENT ||
		(worst >= LOSSES && mean(before.coherence) >= COHERENT_WITH_LOSSES)
	)
		return canonical;

	// (1) Canonical but for one view: that one is moved, or left to the engine's check.
	const lone = findLone(views, poses);
	if (lone !== undefined) {
		const known = poses.map((pose, v) => (v === lone ? undefined : pose));
		const found = registerViews(views, { known }, ctx.checkpoint);
		if (
			Math.min(...found.coherence) >= FITTING &&
			isPlausible(views, found.poses)
		) {
			tellReframed(
				views,
				found.poses,
				views.map((_, v) => v === lone),
				{ before: mean(before.coherence), after: mean(found.coherence) },
				undefined,
				ctx,
			);
			const gauge = { scale: unit, centre: [0, 0, 0] } as const;
			return canonical.map((camera, v) =>
				v === lone ? registeredCamera(views[v], found.poses[v], gauge) : camera,
			);
		}
		if (views.length > 3) return canonical;
	}
	// (2) Taken by hand: all are moved.
	const { found, odd } = registerAll(views, poses, ctx);
	const isRest = (_: unknown, v: number): boolean => v !== odd;
	const after = mean(found.coherence.filter(isRest));
	if (odd === undefined && after < mean(before.coherence) + WORTH_IT)
		return canonical;
	const isEasy = views.every(({ name }, v) =>
		turnDegrees(found.poses[v], name).every((t) => Math.abs(t) <= EASY_TURN),
	);
	if (odd === undefined && !isEasy && after < COHERENT_WITH_LOSSES)
		return canonical;
	tellReframed(
		views,
		found.poses,
		views.map(() => true),
		{ before: mean(before.coherence), after },
		odd,
		ctx,
	);
	const gauge = objectGauge(views.filter(isRest), found.poses.filter(isRest));
	return views.map((view, v) => registeredCamera(view, found.poses[v], gauge));
}

function outlinedView(cutout: Cutout): OutlinedView {
	const { photo, mask } = cutout;
	const box = requireBox(cutout);
	return {
		name: photo.name as ViewName,
		label: photo.label,
		box,
		width: mask.width,
		height: mask.height,
		outline: silhouetteOutline(mask, box),
	};
}

/** The canonical cameras as poses, in units that give the object its registered size. */
function canonicalPoses(
	views: readonly OutlinedView[],
	cameras: readonly Camera[],
): { poses: OrbitPose[]; unit: number } {
	const sides = views.map(
		({ box }, v) =>
			(Math.max(box.right - box.left, box.bottom - box.top) *
				CANONICAL_DISTANCE) /
			cameras[v].fx,
	);
	const unit = Math.max(...sides) / REGISTERED_SIZE;
	const poses = views.map(
		({ name, outline }, v): OrbitPose => ({
			rotation: canonicalRotation(name),
			scale: (cameras[v].fx / CANONICAL_DISTANCE) * unit,
			cx: cameras[v].cx - outline.left,
			cy: cameras[v].cy - outline.top,
			perspective: unit / CANONICAL_DISTANCE,
			offset: [0, 0],
		}),
	);
	return { poses, unit };
}

/** The one view that the others agree without, in the poses as they are. */
function findLone(
	views: readonly OutlinedView[],
	poses: readonly OrbitPose[],
): number | undefined {
	if (views.length < 3) return undefined;
	let best = COHERENT;
	let lone: number | undefined;
	for (let v = 0; v < views.length; v++) {
		const isRest = (_: unknown, w: number): boolean => w !== v;
		const { coherence } = measurePoses(
			outlinesOf(views.filter(isRest)),
			poses.filter(isRest),
		);
		const worst = Math.min(...coherence);
		if (worst < best || (worst === best && lone !== undefined)) continue;
		best = worst;
		lone = v;
	}
	return lone;
}

/** Registers all views; if that fails, all but the one that the others agree without, which then follows. */
function registerAll(
	views: readonly OutlinedView[],
	canonical: readonly OrbitPose[],
	ctx: RunContext,
): { found: Registration; odd: number | undefined } {
	const all = registerViews(views, {}, ctx.checkpoint);
	if (Math.min(...all.coherence) >= DOUBTFUL && isPlausible(views, all.poses))
		return { found: all, odd: undefined };
	const fallback = {
		found: isPlausible(views, all.poses) ? all : withoutTurns(views, canonical),
		odd: undefined,
	};
	if (views.length < 4) return fallback;
	let best: Registration | undefined;
	let odd = -1;
	// The worst explained view is the likeliest.
	const suspects = views
		.map((_, v) => v)
		.sort((a, b) => all.coherence[a] - all.coherence[b]);
	for (const v of suspects) {
		ctx.checkpoint(0);
		const rest = registerViews(
			views.filter((_, w) => w !== v),
			{ startCount: LEAVE_ONE_OUT_STARTS },
		);
		if (best !== undefined && mean(rest.coherence) <= mean(best.coherence))
			continue;
		best = rest;
		odd = v;
		if (rest.gap <= CLOSED_GAP) break;
	}
	if (
		best === undefined ||
		best.gap > REST_GAP ||
		mean(best.coherence) < mean(all.coherence) + REST_GAIN ||
		!isPlausible(
			views.filter((_, v) => v !== odd),
			best.poses,
		)
	)
		return fallback;
	const restPoses = best.poses;
	const known = views.map((_, v) =>
		v === odd ? undefined : restPoses[v < odd ? v : v - 1],
	);
	const joined = registerViews(views, { known });
	if (
		Math.min(...joined.coherence) >= FITTING &&
		isPlausible(views, joined.poses)
	)
		return { found: joined, odd: undefined };
	const coherence = views.map((_, v) =>
		v === odd ? 0 : (best as Registration).coherence[v < odd ? v : v - 1],
	);
	return {
		found: { poses: startPoses(views, 0.5, known), coherence, gap: best.gap },
		odd,
	};
}

/** The better of the canonical framing and that of the boxes. */
function withoutTurns(
	views: readonly OutlinedView[],
	canonical: readonly OrbitPose[],
): Registration {
	const unmoved = measurePoses(outlinesOf(views), canonical);
	const framed = measurePoses(outlinesOf(views), startPoses(views, 0.5));
	return mean(framed.coherence) > mean(unmoved.coherence) + BOXES_GAIN
		? framed
		: unmoved;
}

/** Nobody who means a side stands that far beside it. */
function isPlausible(
	views: readonly OutlinedView[],
	poses: readonly OrbitPose[],
): boolean {
	return views.every(({ name }, v) =>
		turnDegrees(poses[v], name).every((turn) => Math.abs(turn) <= MAX_TURN),
	);
}

function outlinesOf(views: readonly OutlinedView[]): OutlinedView["outline"][] {
	return views.map(({ outline }) => outline);
}

function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}
