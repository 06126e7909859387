import { describe, expect, it } from "vitest";
import type { Camera } from "../core/camera.ts";
import { createImage, type Mask } from "../core/image.ts";
import type { Cutout } from "../core/photo.ts";
import { createRunContext } from "../core/run-context.ts";
import { VIEW_NAMES, type ViewName } from "../core/view.ts";
import { canonicalCamera, projectionMatrix } from "../kernel/math/camera.ts";
import { placeViews } from "./place-views.ts";

/** A view of the box [−a, a] × [−b, b] × [−c, c]: the filled bounding rectangle of its projection. */
function boxMask(
	camera: Camera,
	half: readonly [number, number, number],
): Mask {
	const p = projectionMatrix(camera);
	let left = Infinity;
	let right = -Infinity;
	let top = Infinity;
	let bottom = -Infinity;
	for (let corner = 0; corner < 8; corner++) {
		const x = corner & 1 ? half[0] : -half[0];
		const y = corner & 2 ? half[1] : -half[1];
		const z = corner & 4 ? half[2] : -half[2];
		const d = p[8] * x + p[9] * y + p[10] * z + p[11];
		const u = (p[0] * x + p[1] * y + p[2] * z + p[3]) / d;
		const v = (p[4] * x + p[5] * y + p[6] * z + p[7]) / d;
		left = Math.min(left, u);
		right = Math.max(right, u);
		top = Math.min(top, v);
		bottom = Math.max(bottom, v);
	}
	const data = new Uint8Array(camera.width * camera.height);
	for (let y = Math.round(top); y < Math.round(bottom); y++)
		data.fill(
			255,
			y * camera.width + Math.round(left),
			y * camera.width + Math.round(right),
		);
	return { width: camera.width, height: camera.height, data };
}

function cutout(mask: Mask, name?: ViewName, camera?: Camera): Cutout {
	return {
		photo: {
			image: createImage(mask.width, mask.height),
			label: `${name ?? "photo"}.png`,
			...(name ? { name } : {}),
			...(camera ? { camera } : {}),
			source: {
				sha256: name ?? "0",
				sizeBytes: 1,
				format: "png",
				width: mask.width,
				height: mask.height,
			},
		},
		mask,
		method: "alpha",
		confidence: 1,
	};
}

const HALF = [0.5, 0.3, 0.2] as const;

describe("placeViews", () => {
	it("keeps exact canonical views exactly as they are", () => {
		const { ctx, record } = createRunContext();
		const cameras = VIEW_NAMES.map((name) => canonicalCamera(name, 400, 400));
		const views = placeViews(
			cameras.map((camera, k) => cutout(boxMask(camera, HALF), VIEW_NAMES[k])),
			ctx,
		);
		expect(views.map((view) => view.camera)).toEqual(cameras);
		expect(record.notices).toEqual([]);
	});

	it("brings views of other lenses and positions to one scale", () => {
		const { ctx, record } = createRunContext();
		const views = placeViews(
			(["front", "right", "top"] as const).map((name, k) => {
				const camera = canonicalCamera(name, 600, 500);
				return cutout(
					boxMask(
						{
							...camera,
							fx: camera.fx * (0.7 + 0.25 * k),
							fy: camera.fy * (0.7 + 0.25 * k),
							cx: camera.cx + 40 - 30 * k,
							cy: camera.cy - 20 * k,
						},
						HALF,
					),
					name,
				);
			}),
			ctx,
		);
		expect(record.notices.map((notice) => notice.code)).toEqual([
			"views-reframed",
		]);
		// Extents along shared axes agree to within what perspective leaves open.
		const height = (k: number): number => {
			const { camera, mask } = views[k];
			const rows = new Set<number>();
			for (let i = 0; i < mask.data.length; i++)
				if (mask.data[i]) rows.add(Math.floor(i / mask.width));
			return (rows.size * 2.5) / camera.fy;
		};
		expect(height(0) / height(1)).toBeGreaterThan(0.8);
		expect(height(0) / height(1)).toBeLessThan(1.25);
	});

	it("frames a lone photo on its object, as the front", () => {
		const { ctx } = createRunContext();
		const mask = { width: 200, height: 100, data: new Uint8Array(20000) };
		for (let y = 10; y < 50; y++)
			mask.data.fill(255, y * 200 + 100, y * 200 + 180);
		const [view] = placeViews([cutout(mask)], ctx);
		expect(view.name).toBe("front");
		expect(view.camera.cx).toBe(140);
		expect(view.camera.cy).toBe(30);
		expect(view.camera.fx).toBeCloseTo((1.1 * 40) / 0.21, 6);
	});

	it.each([
		["VIEW_NAME_DUPLICATE", ["front", "front"]],
		["NO_INPUT", ["front", undefined]],
	] as const)("refuses with %s", (code, names) => {
		const { ctx } = createRunContext();
		const mask = boxMask(canonicalCamera("front", 100, 100), HALF);
		expect(() =>
			placeViews(
				names.map((name) => cutout(mask, name)),
				ctx,
			),
		).toThrow(expect.objectContaining({ code }));
	});

	it("refuses a mix of posed and unposed pictures, and an empty mask", () => {
		const { ctx } = createRunContext();
		const camera = canonicalCamera("front", 100, 100);
		const mask = boxMask(camera, HALF);
		expect(() =>
			placeViews([cutout(mask, "front", camera), cutout(mask, "back")], ctx),
		).toThrow(expect.objectContaining({ code: "CAMERA_INVALID" }));
		const empty = { width: 4, height: 4, data: new Uint8Array(16) };
		expect(() => placeViews([cutout(empty)], ctx)).toThrow(
			expect.objectContaining({ code: "NO_FOREGROUND" }),
		);
	});
});
