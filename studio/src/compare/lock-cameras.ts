import type { Viewer } from "../look/viewer/types.ts";

/** Whoever moves takes the other along. */
export function lockCameras(a: Viewer, b: Viewer): () => void {
	let isFollowing = false;
	const follow =
		(other: Viewer) =>
		(pose: ReturnType<Viewer["pose"]>): void => {
			if (isFollowing || isSame(pose, other.pose())) return;
			isFollowing = true;
			other.setPose(pose);
			isFollowing = false;
		};
	const stops = [a.onPose(follow(b)), b.onPose(follow(a))];
	return () => {
		for (const stop of stops) stop();
	};
}

const NEAR = 1e-6;

function isSame(
	a: ReturnType<Viewer["pose"]>,
	b: ReturnType<Viewer["pose"]>,
): boolean {
	return (["position", "target"] as const).every((name) =>
		a[name].every((value, i) => Math.abs(value - b[name][i]) < NEAR),
	);
}
