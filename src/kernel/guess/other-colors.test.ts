import { expect, test } from "vitest";
import type { ViewName } from "../../core/view.ts";
import { CROP_SIZE } from "../image/crop-picture.ts";
import { canonicalCamera, pixelRay, resizeCamera } from "../math/camera.ts";
import { CELLS } from "./crop-camera.ts";
import {
	type CroppedView,
	middleOf,
	OFFSETS,
	otherColors,
	unitOf,
} from "./other-colors.ts";

const RADIUS = 0.5;

/** A ball, painted by where its surface lies, whose guess is the ball itself or a larger one. */
function ballView(name: ViewName, guess = RADIUS): CroppedView {
	const full = canonicalCamera(name, CROP_SIZE, CROP_SIZE);
	const camera = { ...full, fx: 2.2 * full.fx, fy: 2.2 * full.fy };
	const cellCamera = resizeCamera(camera, CELLS, CELLS);
	const hit = (
		cam: typeof camera,
		at: number,
		radius: number,
		side: -1 | 1,
	): { depth: number; point: number[] } | null => {
		const x = (at % cam.width) + 0.5;
		const d = pixelRay(cam, x, Math.floor(at / cam.width) + 0.5);
		const m = cam.worldFromCamera;
		const o = [m[3], m[7], m[11]];
		const b = o[0] * d[0] + o[1] * d[1] + o[2] * d[2];
		const c = 2.5 ** 2 - radius * radius;
		if (b * b < c) return null;
		const t = -b + side * Math.sqrt(b * b - c);
		const point = o.map((v, k) => v + t * d[k]);
		const depth = -(d[0] * m[2] + d[1] * m[6] + d[2] * m[10]) * t;
		return { depth, point };
	};
	const picture = new Uint8Array(CROP_SIZE * CROP_SIZE * 4);
	for (let at = 0; at < CROP_SIZE * CROP_SIZE; at++) {
		const found = hit(camera, at, RADIUS, -1);
		if (!found) continue;
		for (let k = 0; k < 3; k++)
			picture[at * 4 + k] = 128 + 200 * found.point[k];
		picture[at * 4 + 3] = 255;
	}
	const layer = (side: -1 | 1): Float32Array =>
		Float32Array.from(
			{ length: CELLS * CELLS },
			(_, at) => hit(cellCamera, at, guess, side)?.depth ?? 0,
		);
	const first = layer(-1);
	const last = layer(1);
	return {
		camera,
		cellCamera,
		picture,
		first,
		last,
		enter: first,
		leave: last,
	};
}

/** The mean difference, 0–255, of the other views' colours from the truth at one offset, and the cells that have any. */
function difference(guess: number, offset: number): [number, number] {
	const views = (["front", "right", "top"] as const).map((name) =>
		ballView(name, guess),
	);
	const others = otherColors(views, 0);
	const plane = CELLS * CELLS;
	const k = OFFSETS.indexOf(offset);
	let sum = 0;
	let count = 0;
	for (let cell = 0; cell < plane; cell++) {
		if (others[(k * 4 + 3) * plane + cell] === 0) continue;
		count++;
		const corner =
			(2 * Math.floor(cell / CELLS) * CROP_SIZE + 2 * (cell % CELLS)) * 4;
		for (let c = 0; c < 3; c++)
			sum +=
				Math.abs(
					others[(k * 4 + c) * plane + cell] - views[0].picture[corner + c],
				) / 3;
	}
	return [sum / count, count];
}

test("depths count in half the crop's side, from the middle of the guess", () => {
	const view = ballView("front");
	expect(middleOf(view)).toBeCloseTo(2.5, 1);
	const half = CELLS / 2 / view.cellCamera.fx;
	expect(unitOf(view)).toBeCloseTo(middleOf(view) * half, 9);
});

test("where the guess is right the others show the same colours, and elsewhere not", () => {
	const [right, count] = difference(RADIUS, 0);
	expect(count).toBeGreaterThan(200);
	expect(right).toBeLessThan(10);
	// A guess a tenth too large: its surface shows other places, and those behind it the right ones.
	const [wrong] = difference(1.1 * RADIUS, 0);
	const [behind] = difference(1.1 * RADIUS, 0.06);
	expect(wrong).toBeGreaterThan(1.5 * right);
	expect(behind).toBeLessThan(wrong);
});

test("nobody else sees what only one view sees", () => {
	const views = [ballView("front"), ballView("back")];
	const others = otherColors(views, 0);
	const middle = (CELLS / 2) * CELLS + CELLS / 2;
	expect(others[(OFFSETS.indexOf(0) * 4 + 3) * CELLS * CELLS + middle]).toBe(0);
});
