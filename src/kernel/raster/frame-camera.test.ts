import { describe, expect, it } from "vitest";
import type { Camera } from "../../core/camera.ts";
import type { Mesh } from "../../core/mesh.ts";
import { createRandom } from "../../core/run-context.ts";
import { VIEW_NAMES } from "../../core/view.ts";
import { canonicalCamera, projectionMatrix } from "../math/camera.ts";
import {
	frameHero,
	frameOrbit,
	frameSides,
	frameTurntable,
} from "./frame-camera.ts";

/** A cloud of points in a long box away from the origin. */
function cloud(seed: number): Mesh {
	const random = createRandom(seed);
	const positions = new Float32Array(300).map((_, i) =>
		i % 3 === 0
			? 5 + random() * 3
			: i % 3 === 1
				? random() - 2
				: random() * 0.4,
	);
	return { positions, indices: new Uint32Array(0) };
}

/** Left, right, top and bottom of the points on the picture. */
function extent(mesh: Mesh, camera: Camera): number[] {
	const p = projectionMatrix(camera);
	const box = [Infinity, -Infinity, Infinity, -Infinity];
	for (let i = 0; i < mesh.positions.length; i += 3) {
		const [x, y, z] = mesh.positions.subarray(i, i + 3);
		const d = p[8] * x + p[9] * y + p[10] * z + p[11];
		expect(d).toBeGreaterThan(0);
		const u = (p[0] * x + p[1] * y + p[2] * z + p[3]) / d;
		const v = (p[4] * x + p[5] * y + p[6] * z + p[7]) / d;
		box[0] = Math.min(box[0], u);
		box[1] = Math.max(box[1], u);
		box[2] = Math.min(box[2], v);
		box[3] = Math.max(box[3], v);
	}
	return box;
}

describe("framing", () => {
	it.each([
		[0, 0],
		[0.5, 0.3],
		[2.5, -0.8],
		[-1.2, 1.5],
	])("orbit %d, %d: tight and centred", (azimuth, elevation) => {
		const mesh = cloud(1);
		const camera = frameOrbit(mesh, azimuth, elevation, {
			width: 400,
			height: 300,
			margin: 0.1,
		});
		const [left, right, top, bottom] = extent(mesh, camera);
		expect(left).toBeGreaterThan(39.5);
		expect(right).toBeLessThan(360.5);
		expect(top).toBeGreaterThan(29.5);
		expect(bottom).toBeLessThan(270.5);
		// One direction touches the margin, both are centred.
		expect(
			Math.max((right - left) / 320, (bottom - top) / 240),
		).toBeGreaterThan(0.985);
		expect(Math.abs(left + right - 400)).toBeLessThan(4);
		expect(Math.abs(top + bottom - 300)).toBeLessThan(4);
	});

	it("the hero stands at 30° towards +X, 20° up", () => {
		const camera = frameHero(cloud(2));
		const m = camera.worldFromCamera;
		expect(Math.atan2(m[2], m[10])).toBeCloseTo(Math.PI / 6, 9);
		expect(Math.asin(m[6])).toBeCloseTo(Math.PI / 9, 9);
	});

	it("sides look along the canonical axes, from one distance, with everything inside", () => {
		const mesh = cloud(3);
		const cameras = frameSides(mesh, { width: 200, height: 200 });
		for (const name of VIEW_NAMES) {
			const canonical = canonicalCamera(name, 8, 8).worldFromCamera;
			for (const k of [0, 1, 2, 4, 5, 6, 8, 9, 10])
				expect(cameras[name].worldFromCamera[k]).toBeCloseTo(canonical[k], 9);
			const [left, right, top, bottom] = extent(mesh, cameras[name]);
			expect(Math.min(left, top)).toBeGreaterThan(13);
			expect(Math.max(right, bottom)).toBeLessThan(187);
		}
	});

	it("a turntable keeps its distance and holds every frame", () => {
		const mesh = cloud(4);
		const cameras = frameTurntable(mesh, 10, 0.35, { width: 200, height: 200 });
		expect(cameras).toHaveLength(10);
		let widest = 0;
		for (const camera of cameras) {
			const [left, right, top, bottom] = extent(mesh, camera);
			expect(Math.min(left, top)).toBeGreaterThan(12);
			expect(Math.max(right, bottom)).toBeLessThan(188);
			widest = Math.max(widest, right - left, bottom - top);
			expect(camera.worldFromCamera[7]).toBe(cameras[0].worldFromCamera[7]);
		}
		expect(widest).toBeGreaterThan(140);
	});

	it("an empty mesh still has cameras; a margin must leave room", () => {
		const empty: Mesh = {
			positions: new Float32Array(0),
			indices: new Uint32Array(0),
		};
		for (const camera of [frameHero(empty), ...frameTurntable(empty, 2)])
			for (const value of camera.worldFromCamera)
				expect(Number.isFinite(value)).toBe(true);
		expect(() => frameHero(empty, { margin: 0.5 })).toThrow(RangeError);
	});
});
