import type { Camera } from "../../core/camera.ts";
import { cameraCentre } from "../../kernel/math/camera.ts";

/**
 * A few views that look from all sides: the first, then again and again the one whose direction
 * from the origin is farthest from those taken. Indices, rising.
 */
export function spreadViews(
	cameras: readonly Camera[],
	count: number,
): number[] {
	const directions = cameras.map((camera) => {
		const centre = cameraCentre(camera);
		const length = Math.hypot(...centre) || 1;
		return centre.map((c) => c / length);
	});
	const taken: number[] = [];
	const nearest = new Float64Array(cameras.length).fill(-2); // largest cosine to one taken
	let next = 0;
	while (taken.length < Math.min(count, cameras.length)) {
		taken.push(next);
		nearest[next] = Infinity;
		const [x, y, z] = directions[next];
		for (let v = 0; v < nearest.length; v++) {
			const d = directions[v];
			nearest[v] = Math.max(nearest[v], x * d[0] + y * d[1] + z * d[2]);
			if (nearest[v] < nearest[next]) next = v;
		}
	}
	return taken.sort((a, b) => a - b);
}
