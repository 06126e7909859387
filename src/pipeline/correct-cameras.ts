import type { Camera } from "../core/camera.ts";
import type { Cutout } from "../core/photo.ts";
import type { Notice, RunContext } from "../core/run-context.ts";
import { registerSilhouettes } from "../kernel/field/register-silhouettes.ts";
import type { OrbitPose } from "../kernel/field/silhouette-coherence.ts";
import { thinOutline } from "../kernel/image/silhouette-outline.ts";
import { turnBetween } from "../kernel/math/rotation.ts";
import { outlinePosed, type PosedOutlines } from "./outline-posed.ts";
import { measurePoses } from "./register-views.ts";
import { registeredCamera } from "./registered-cameras.ts";

/** Points of each outline that are compared. */
const OUTLINE_POINTS = 100;
/** Exact cameras leave gaps up to 0.0009 (root mean square, object size 0.95): below this nothing is touched. */
export const AGREED_GAP = 0.0012;
/** A correction must close this share of the gaps, or the given cameras stay. */
const WORTH_IT = 0.4;
/** Nobody's tripod is that wrong: such an answer is an accident. */
const MAX_TURN_DEGREES = 12;
const MAX_SHIFT = 0.15;
/** With more views than this each outline is compared with so many of the others. */
const MOST_OTHERS = 32;
/** What is expected of cameras that are a little wrong: radians, and shares of the object's size. */
const SEARCH = {
	moving: "camera",
	noise: 0.003,
	farGap: 0.03,
	rounds: 30,
	expected: { scale: 0.03, shift: 0.04, turn: 0.04 },
} as const;
/** Corrections told one by one. */
const MOST_TOLD = 6;

export interface Corrected {
	readonly cameras: readonly Camera[];
	/** What is left, root mean square, object size 0.95. */
	readonly gap: number;
	/** What there is to tell, if anything was changed. */
	readonly notice?: Notice;
}

/**
 * Cameras that came with the pictures, kept to the bit where the silhouettes agree with them. Where they contradict
 * each other each camera is turned and moved a little until they agree, and there is a notice that tells by how much.
 */
export function correctCameras(
	cutouts: readonly Cutout[],
	ctx: RunContext,
): Corrected {
	const cameras = cutouts.map(({ photo }) => photo.camera as Camera);
	const posed = cutouts.length < 2 ? undefined : outlinePosed(cutouts);
	if (posed === undefined) return { cameras, gap: 0 };
	const outlines = posed.outlines.map((o) => thinOutline(o, OUTLINE_POINTS));
	const before = measurePoses(outlines, posed.poses);
	const given = { cameras, gap: before.gap };
	if (before.gap <= AGREED_GAP) return given;
	const poses = registerSilhouettes(
		outlines,
		posed.poses,
		{ ...SEARCH, others: someOthers(cutouts.length) },
		ctx.checkpoint,
	);
	const after = measurePoses(outlines, poses);
	if (
		after.gap > (1 - WORTH_IT) * before.gap ||
		!poses.every((pose, v) => isPlausible(posed.poses[v], pose))
	)
		return given;
	return {
		cameras: cameras.map((camera, v) => {
			const { width, height } = camera;
			const view = { outline: posed.outlines[v], width, height };
			const { worldFromCamera } = registeredCamera(view, poses[v], posed.gauge);
			return { ...camera, worldFromCamera };
		}),
		gap: after.gap,
		notice: noticeOf(cutouts, posed, poses, before.gap, after.gap),
	};
}

/** How far the silhouettes contradict the cameras as they are. */
export function gapOf({ outlines, poses }: PosedOutlines): number {
	const fewer = outlines.map((outline) => thinOutline(outline, OUTLINE_POINTS));
	return measurePoses(fewer, poses).gap;
}

/** The views each view is compared with: all others, or an even choice of them. */
function someOthers(count: number): number[][] {
	return Array.from({ length: count }, (_, v) => {
		const others = Array.from(
			{ length: count - 1 },
			(__, k) => (v + 1 + k) % count,
		);
		const step = Math.max(1, others.length / MOST_OTHERS);
		return others.filter(
			(__, k) => Math.floor(k / step) !== Math.floor((k - 1) / step),
		);
	});
}

function isPlausible(from: OrbitPose, to: OrbitPose): boolean {
	const change = changeOf(from, to);
	return (
		change.turn <= MAX_TURN_DEGREES &&
		Math.max(change.shift, Math.abs(change.nearer)) <= MAX_SHIFT
	);
}

/** How far a camera was moved. */
interface Change {
	readonly turn: number; // degrees
	/** Beside the line of sight; share of the camera's distance. */
	readonly shift: number;
	/** Share of the camera's distance; > 0 is closer to the object. */
	readonly nearer: number;
}

function changeOf(from: OrbitPose, to: OrbitPose): Change {
	const turn = Math.hypot(...turnBetween(from.rotation, to.rotation));
	return {
		turn: (turn * 180) / Math.PI,
		shift:
			from.perspective *
			Math.hypot(to.offset[0] - from.offset[0], to.offset[1] - from.offset[1]),
		nearer: 1 - from.perspective / to.perspective,
	};
}

function noticeOf(
	cutouts: readonly Cutout[],
	{ poses: from }: PosedOutlines,
	poses: readonly OrbitPose[],
	before: number,
	after: number,
): Notice {
	const changes = poses
		.map((pose, v) => ({
			label: cutouts[v].photo.label,
			...changeOf(from[v], pose),
		}))
		.sort((a, b) => b.turn / 2 + b.shift * 50 - a.turn / 2 - a.shift * 50);
	const told = changes
		.slice(0, MOST_TOLD)
		.map(
			({ label, turn, shift, nearer }) =>
				`${label}: turned ${turn.toFixed(1)}°, moved ${percent(shift)} sideways and ${percent(Math.abs(nearer))} ${nearer > 0 ? "nearer" : "away"}`,
		);
	const rest = changes.length - told.length;
	return {
		code: "cameras-corrected",
		severity: "info",
		message:
			`The silhouettes do not fit the cameras that came with them (${percent(before)} of the object's size off, root mean square). ` +
			`Each camera was turned and moved until they fit to ${percent(after)} (${told.join("; ")}${rest > 0 ? `; and ${rest} more, by less` : ""}). ` +
			`Moves are shares of the camera's distance.`,
		remedy:
			"Check the camera file; a calibration of the cameras from the pictures is usually exact enough.",
	};
}

function percent(share: number): string {
	return `${(share * 100).toFixed(share < 0.01 ? 2 : 1)} %`;
}
