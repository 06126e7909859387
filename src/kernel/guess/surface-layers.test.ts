import { expect, test } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import { canonicalCamera, pixelRay } from "../math/camera.ts";
import { cube, join, translated } from "../mesh/shapes.ts";
import { firstDepths, lastDepths } from "./surface-layers.ts";

const camera = canonicalCamera("front", 48, 48);

/** Depths of all faces of boxes, [x, y, z, side], that the ray through a pixel's middle meets. */
function depthsAlong(
	boxes: readonly (readonly number[])[],
	at: number,
): number[] {
	const d = pixelRay(camera, (at % 48) + 0.5, Math.floor(at / 48) + 0.5);
	const found: number[] = [];
	for (const [x, y, z, side] of boxes) {
		const centre = [x, y, z];
		const origin = [0, 0, 2.5];
		let enter = -Infinity;
		let leave = Infinity;
		for (let k = 0; k < 3; k++) {
			const a = (centre[k] - side / 2 - origin[k]) / d[k];
			const b = (centre[k] + side / 2 - origin[k]) / d[k];
			enter = Math.max(enter, Math.min(a, b));
			leave = Math.min(leave, Math.max(a, b));
		}
		if (enter < leave) found.push(enter * -d[2], leave * -d[2]);
	}
	return found;
}

test("first and last surface, box by box", () => {
	const random = createRandom(3);
	const boxes = Array.from({ length: 6 }, () => [
		0.6 * random() - 0.3,
		0.6 * random() - 0.3,
		0.8 * random() - 0.4,
		0.1 + 0.2 * random(),
	]);
	const mesh = join(
		...boxes.map(([x, y, z, side]) => translated(cube(side), x, y, z)),
	);
	const first = firstDepths(mesh, camera);
	const last = lastDepths(mesh, camera);
	let hits = 0;
	for (let at = 0; at < first.length; at++) {
		const found = depthsAlong(boxes, at);
		if (found.length === 0) {
			expect([first[at], last[at]]).toEqual([0, 0]);
			continue;
		}
		hits++;
		expect(first[at]).toBeCloseTo(Math.min(...found), 4);
		expect(last[at]).toBeCloseTo(Math.max(...found), 4);
	}
	expect(hits).toBeGreaterThan(100);
});
