import { type PerspectiveCamera, Vector3 } from "three";
import type { Pose } from "./types.ts";

const DURATION_MS = 500;

/** A move of the camera over a few frames; at once where less motion is wished for. */
export interface Flight {
	/** Moves on; false when it has arrived. */
	step(nowMs: number): boolean;
}

export function startFlight(
	camera: PerspectiveCamera,
	target: Vector3,
	to: Pose,
	nowMs: number,
): Flight {
	const fromTarget = target.clone();
	const toTarget = new Vector3(...to.target);
	const fromOffset = camera.position.clone().sub(target);
	const toOffset = new Vector3(...to.position).sub(toTarget);
	const fromLength = fromOffset.length();
	const toLength = toOffset.length();
	const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
	const offset = new Vector3();
	return {
		step(now) {
			const t = isCalm ? 1 : Math.min(1, (now - nowMs) / DURATION_MS);
			const s = t * t * (3 - 2 * t);
			target.lerpVectors(fromTarget, toTarget, s);
			// Around the target rather than through it.
			offset.copy(fromOffset).normalize().lerp(toOffset.clone().normalize(), s);
			if (offset.lengthSq() < 1e-6) offset.set(0, 1, 0);
			offset
				.normalize()
				.multiplyScalar(fromLength + (toLength - fromLength) * s);
			camera.position.copy(target).add(offset);
			return t < 1;
		},
	};
}
