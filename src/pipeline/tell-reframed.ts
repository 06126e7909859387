import type { RunContext } from "../core/run-context.ts";
import type { OrbitPose } from "../kernel/field/silhouette-coherence.ts";
import { turnBetween } from "../kernel/math/rotation.ts";
import { canonicalRotation, type OutlinedView } from "./register-views.ts";

/** Corrections smaller than these are not worth a word. */
const SCALE_TOLD = 0.03;
const SHIFT_TOLD = 0.03; // of the picture's longer side
const TURN_TOLD_DEGREES = 1;

/** Tells what was changed about the views, and how well they agree before and after. */
export function tellReframed(
	views: readonly OutlinedView[],
	poses: readonly OrbitPose[],
	moved: readonly boolean[],
	coherence: { readonly before: number; readonly after: number },
	oddView: number | undefined,
	ctx: RunContext,
): void {
	const scales = views.map(
		({ width, height }, v) => poses[v].scale / Math.max(width, height),
	);
	const usual = median(scales);
	const changes = views.flatMap(({ name, outline, width, height }, v) => {
		if (!moved[v] || v === oddView) return [];
		const words: string[] = [];
		const zoom = scales[v] / usual - 1;
		if (Math.abs(zoom) >= SCALE_TOLD)
			words.push(
				`${percent(Math.abs(zoom))} ${zoom > 0 ? "larger" : "smaller"}`,
			);
		const right = poses[v].cx + outline.left - width / 2;
		const down = poses[v].cy + outline.top - height / 2;
		const told = SHIFT_TOLD * Math.max(width, height);
		if (Math.abs(right) >= told)
			words.push(
				`${Math.abs(right).toFixed(0)} px ${right > 0 ? "right" : "left"}`,
			);
		if (Math.abs(down) >= told)
			words.push(`${Math.abs(down).toFixed(0)} px ${down > 0 ? "down" : "up"}`);
		const [pitch, yaw, roll] = turnDegrees(poses[v], name);
		if (Math.abs(roll) >= TURN_TOLD_DEGREES)
			words.push(`rolled ${degrees(roll)}`);
		if (Math.abs(yaw) >= TURN_TOLD_DEGREES)
			words.push(
				`taken ${degrees(yaw)} ${yaw < 0 ? "from the right" : "from the left"}`,
			);
		if (Math.abs(pitch) >= TURN_TOLD_DEGREES)
			words.push(
				`taken ${degrees(pitch)} ${pitch > 0 ? "from above" : "from below"}`,
			);
		return words.length === 0 ? [] : [`${name}: ${words.join(", ")}`];
	});
	const odd = oddView === undefined ? undefined : views[oddView];
	ctx.notice({
		code: "views-reframed",
		severity: odd ? "warning" : "info",
		message:
			`The views do not share one framing: their outlines agree to ${percent(coherence.before)}. ` +
			`They were scaled, shifted and turned until they agree to ${percent(coherence.after)}` +
			(odd
				? `, all but ${odd.name} (${odd.label}), which fits nowhere and was left out`
				: "") +
			(changes.length === 0 ? "." : ` (${changes.join("; ")}).`),
		remedy: odd
			? "Check that this view carries the right name, is not mirrored, and shows the same object in the same pose."
			: "Take all views from the same distance and height, with the object in the middle and the camera level.",
		...(odd ? { label: odd.label } : {}),
	});
}

/** How a view is turned against its canonical side: about the picture's right, its up, and the line of sight. */
export function turnDegrees(
	{ rotation }: OrbitPose,
	name: OutlinedView["name"],
): number[] {
	return turnBetween(canonicalRotation(name), rotation).map(
		(angle) => (angle * 180) / Math.PI,
	);
}

function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

function percent(share: number): string {
	return `${(share * 100).toFixed(0)} %`;
}

function degrees(angle: number): string {
	return `${Math.abs(angle).toFixed(1)}°`;
}
