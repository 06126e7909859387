import type { Camera } from "../core/camera.ts";
import type { Cutout } from "../core/photo.ts";
import type { RunContext } from "../core/run-context.ts";
import { VIEW_NAMES, type ViewName } from "../core/view.ts";
import { CANONICAL_DISTANCE, canonicalCamera } from "../kernel/math/camera.ts";
import {
	AGREED_GAP,
	type Corrected,
	correctCameras,
	gapOf,
} from "./correct-cameras.ts";
import { findMistakes } from "./find-mistakes.ts";
import { requireBox } from "./mask-box.ts";
import { type ObjectFrame, outlinePosed } from "./outline-posed.ts";
import { REGISTERED_SIZE } from "./register-views.ts";
import { tellMistakes } from "./tell-mistakes.ts";

/** Canonical renders leave gaps up to 0.0004 (root mean square, object size 0.95). */
const QUIET_GAP = 0.0006;
/** Among captures, masks that lose thin parts leave gaps up to this; a wrong picture leaves more. */
const SUSPICIOUS_GAP = 0.004;
/** With more captures than this, a picture is not looked for at every other camera. */
const MOST_PLACES = 40;

/**
 * Named views with their labels right: those that carry each other's name change places, one that belongs to a free
 * side gets that name, and one that fits nowhere is left out. A picture itself is never changed. All of it is told.
 */
export function settleNamedViews(
	cutouts: readonly Cutout[],
	ctx: RunContext,
): Cutout[] {
	if (cutouts.length < 3) return [...cutouts];
	const claims = cutouts.map(({ mask, photo }) => ({
		mask,
		camera: canonicalCamera(photo.name as ViewName, mask.width, mask.height),
		place: VIEW_NAMES.indexOf(photo.name as ViewName),
	}));
	const sides = cutouts.map((cutout, v) => {
		const { left, top, right, bottom } = requireBox(cutout);
		return (
			(Math.max(right - left, bottom - top) * CANONICAL_DISTANCE) /
			claims[v].camera.fx
		);
	});
	const mistakes = findMistakes(
		claims,
		{ centre: [0, 0, 0], unit: Math.max(...sides) / REGISTERED_SIZE },
		{
			quiet: QUIET_GAP,
			places: VIEW_NAMES.map(
				(name) => (width, height) => canonicalCamera(name, width, height),
			),
		},
		ctx.checkpoint,
	);
	const names = cutouts.map(({ photo }) => photo.name as ViewName);
	for (const [a, b] of mistakes.exchanged)
		[names[a], names[b]] = [names[b], names[a]];
	const out = new Set<number>();
	for (const { view, seems } of mistakes.odd) {
		const side = seems
			.map((one) =>
				one.kind === "taken-from" ? VIEW_NAMES[one.place] : undefined,
			)
			.find((name) => name !== undefined && !names.includes(name));
		if (side !== undefined) names[view] = side;
		else out.add(view);
	}
	tellMistakes(
		cutouts.map(({ photo }) => photo.label),
		mistakes,
		out,
		(place) => VIEW_NAMES[place],
		ctx,
	);
	return cutouts.flatMap((cutout, v) =>
		out.has(v)
			? []
			: [{ ...cutout, photo: { ...cutout.photo, name: names[v] } }],
	);
}

/** Posed captures with their cameras corrected where they are a little wrong, without those that fit nowhere. */
export function settlePosedViews(
	cutouts: readonly Cutout[],
	ctx: RunContext,
): { readonly cutout: Cutout; readonly camera: Camera }[] {
	const cameras = cutouts.map(({ photo }) => photo.camera as Camera);
	const posed = cutouts.length < 2 ? undefined : outlinePosed(cutouts);
	const gap = posed === undefined ? 0 : gapOf(posed);
	if (posed === undefined || gap <= AGREED_GAP)
		return finish(cutouts, { cameras, gap }, ctx);
	// (1) Mistakes among cameras that are right; then what is left of the cameras' errors.
	const settled =
		gap > SUSPICIOUS_GAP
			? withoutMistakes(cutouts, cameras, posed.frame, ctx)
			: [...cutouts];
	const corrected = correctCameras(settled, ctx);
	if (
		settled.length < cutouts.length ||
		corrected.notice === undefined ||
		corrected.gap <= SUSPICIOUS_GAP
	)
		return finish(settled, corrected, ctx);
	// (2) Mistakes among cameras that were not.
	const { frame } = posed;
	const again = withoutMistakes(settled, corrected.cameras, frame, ctx);
	return again.length < settled.length
		? finish(again, correctCameras(again, ctx), ctx)
		: finish(settled, corrected, ctx);
}

function finish(
	cutouts: readonly Cutout[],
	corrected: Corrected,
	ctx: RunContext,
): { cutout: Cutout; camera: Camera }[] {
	if (corrected.notice) ctx.notice(corrected.notice);
	return cutouts.map((cutout, v) => ({
		cutout,
		camera: corrected.cameras[v],
	}));
}

/** The captures that fit, each with the camera that it came with or that it turned out to be exchanged with. */
function withoutMistakes(
	cutouts: readonly Cutout[],
	cameras: readonly Camera[],
	frame: ObjectFrame,
	ctx: RunContext,
): Cutout[] {
	const labels = cutouts.map(({ photo }) => photo.label);
	const mistakes = findMistakes(
		cutouts.map(({ mask }, v) => ({ mask, camera: cameras[v], place: v })),
		frame,
		{
			quiet: SUSPICIOUS_GAP,
			places:
				cutouts.length > MOST_PLACES
					? []
					: cameras.map((camera) => () => camera),
		},
		ctx.checkpoint,
	);
	const out = new Set(mistakes.odd.map(({ view }) => view));
	tellMistakes(labels, mistakes, out, (place) => labels[place], ctx);
	const from = cutouts.map((_, v) => v);
	for (const [a, b] of mistakes.exchanged) [from[a], from[b]] = [b, a];
	return cutouts.flatMap((cutout, v) =>
		out.has(v)
			? []
			: from[v] === v
				? [cutout]
				: [exchangedWith(cutout, cutouts[from[v]])],
	);
}

/** The picture of one capture, taken where another's camera stands. */
function exchangedWith(cutout: Cutout, other: Cutout): Cutout {
	const { worldFromCamera } = other.photo.camera as Camera;
	const camera = { ...(cutout.photo.camera as Camera), worldFromCamera };
	return { ...cutout, photo: { ...cutout.photo, camera } };
}
