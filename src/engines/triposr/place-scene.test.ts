import { expect, test } from "vitest";
import type { Camera } from "../../core/camera.ts";
import { createMask, type Mask } from "../../core/image.ts";
import { lookAt } from "../../kernel/math/mat4.ts";
import { placeScene, TRIPOSR_LENS, toScene, toWorld } from "./place-scene.ts";

/** A disc about (x, y), its longer side known. */
function disc(x: number, y: number, radius: number): Mask {
	const mask = createMask(200, 200);
	for (let n = 0; n < mask.data.length; n++)
		if (Math.hypot((n % 200) + 0.5 - x, Math.floor(n / 200) + 0.5 - y) < radius)
			mask.data[n] = 255;
	return mask;
}

function lensCamera(x: number, y: number, radius: number): Camera {
	const halfSide = radius / TRIPOSR_LENS.fill;
	const focal = halfSide / Math.tan(TRIPOSR_LENS.fovYRadians / 2);
	return {
		worldFromCamera: lookAt([0, 0, TRIPOSR_LENS.distance], [0, 0, 0]),
		fx: focal,
		fy: focal,
		cx: x,
		cy: y,
		width: 200,
		height: 200,
	};
}

test("with its own lens the network's axes are only renamed: x to the viewer, y right, z up", () => {
	const place = placeScene(lensCamera(90, 110, 60), disc(90, 110, 60));
	const points = Float32Array.of(0.5, 0.1, -0.2, 0, 0, 0);
	toWorld(place, points);
	const wanted = [0.1, -0.2, 0.5, 0, 0, 0];
	// The crop ends before the object's last row and column: half a pixel.
	points.forEach((x, n) => {
		expect(Math.abs(x - wanted[n])).toBeLessThan(0.012);
	});
});

test("whatever the camera, the object's crop is where the picture has it", () => {
	for (const eye of [
		[2.5, 0, 0],
		[0.3, 0.9, -2],
		[-1, -1, 4],
	] as const) {
		const camera: Camera = {
			worldFromCamera: lookAt(eye, [0, 0, 0]),
			fx: 300,
			fy: 300,
			cx: 100,
			cy: 100,
			width: 200,
			height: 200,
		};
		const place = placeScene(camera, disc(120, 80, 40));
		const m = camera.worldFromCamera;
		// The middle of the scene, in the camera.
		const points = Float32Array.of(0, 0, 0, 0, 0.588, 0);
		toWorld(place, points);
		const pixel = (n: number): [number, number] => {
			const d = [0, 1, 2].map((k) => points[n * 3 + k] - m[k * 4 + 3]);
			const along = (axis: number): number =>
				m[axis] * d[0] + m[4 + axis] * d[1] + m[8 + axis] * d[2];
			return [
				camera.cx + (camera.fx * along(0)) / -along(2),
				camera.cy - (camera.fy * along(1)) / -along(2),
			];
		};
		expect(pixel(0)[0]).toBeCloseTo(120, -0.5);
		expect(Math.abs(pixel(0)[1] - 80)).toBeLessThan(1);
		// 0.588 = 0.85 · 1.9 · tan 20°: the object's edge.
		expect(Math.abs(pixel(1)[0] - 160)).toBeLessThan(1.5);
	}
});

test("there and back", () => {
	const place = placeScene(lensCamera(70, 100, 50), disc(75, 95, 30));
	const points = Float32Array.of(0.3, -0.4, 0.2, -0.8, 0.7, 0.1);
	const moved = points.slice();
	toWorld(place, moved);
	const back = toScene(place, moved);
	back.forEach((x, n) => {
		expect(x).toBeCloseTo(points[n], 5);
	});
});

test("a picture that is all object is placed by the whole picture", () => {
	const whole = createMask(200, 200);
	whole.data.fill(255);
	const place = placeScene(
		lensCamera(100, 100, 100 * TRIPOSR_LENS.fill),
		whole,
	);
	expect(place.scale).toBeCloseTo(1, 6);
});
