import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Camera, Mat4 } from "../core/camera.ts";
import { createImage, type Mask } from "../core/image.ts";
import type { Mesh } from "../core/mesh.ts";
import type { Cutout } from "../core/photo.ts";
import {
	createRandom,
	createRunContext,
	type Notice,
} from "../core/run-context.ts";
import { VIEW_NAMES, type ViewName } from "../core/view.ts";
import { readModel } from "../formats/read-model.ts";
import { extractSurface } from "../kernel/field/extract-surface.ts";
import { hullBounds } from "../kernel/field/hull-bounds.ts";
import { hullField } from "../kernel/field/hull-field.ts";
import { cropMask } from "../kernel/image/crop.ts";
import { resizeMask } from "../kernel/image/resize.ts";
import { silhouetteDistance } from "../kernel/image/silhouette-distance.ts";
import { canonicalCamera, projectionMatrix } from "../kernel/math/camera.ts";
import { multiply } from "../kernel/math/mat4.ts";
import { silhouetteIou } from "../kernel/metric/silhouette-iou.ts";
import { rasterize } from "../kernel/raster/rasterize.ts";
import { frameNamedViews } from "./frame-named-views.ts";
import { maskBox } from "./mask-box.ts";

const OBJECTS = ["spot", "avocado", "boombox"] as const;
const meshes: Record<string, Mesh> = {};
for (const name of OBJECTS) {
	const path = new URL(`../../fixtures/eval/${name}/gt.ply`, import.meta.url);
	meshes[name] = (await readModel(readFileSync(path))).parts[0].mesh;
}

/** The object's silhouette, soft at the edge. */
function drawMask(mesh: Mesh, camera: Camera): Mask {
	const size = { width: camera.width * 2, height: camera.height * 2 };
	const { triangle } = rasterize(mesh, camera, size);
	const data = Uint8Array.from(triangle, (t) => (t >= 0 ? 255 : 0));
	return resizeMask({ ...size, data }, camera.width, camera.height);
}

/** A canonical camera as somebody holds it: picture size, scale, place, roll 8°, yaw and pitch 3°. */
function handHeld(name: ViewName, random: () => number): Camera {
	const off = (most: number): number => most * (2 * random() - 1);
	const width = Math.round(250 + off(50));
	const height = Math.round(250 + off(50));
	const camera = canonicalCamera(name, width, height);
	const turn = [off(0.05), off(0.05), off(0.14)].map((angle, axis) => {
		const [c, s] = [Math.cos(angle), Math.sin(angle)];
		const m = new Float64Array(16);
		const [j, k] = [(axis + 1) % 3, (axis + 2) % 3];
		m[axis * 5] = m[15] = 1;
		m[j * 5] = m[k * 5] = c;
		m[j * 4 + k] = -s;
		m[k * 4 + j] = s;
		return m;
	});
	// Turned about the object: towards it, turned, and back again.
	const towards = canonicalCamera("front", 1, 1).worldFromCamera.slice();
	const back = towards.slice();
	towards[11] = -back[11];
	const orbit = [...turn, back].reduce<Mat4>(
		(product, next) => multiply(product, next),
		towards,
	);
	const focal = camera.fx * (0.85 + off(0.2));
	return {
		...camera,
		worldFromCamera: multiply(camera.worldFromCamera, orbit),
		fx: focal,
		fy: focal,
		cx: camera.cx + off(15),
		cy: camera.cy + off(15),
	};
}

function cutout(name: ViewName, mask: Mask): Cutout {
	const { width, height } = mask;
	return {
		photo: {
			image: createImage(1, 1),
			label: `${name}.jpg`,
			name,
			source: { sha256: name, sizeBytes: 1, format: "png", width, height },
		},
		mask,
		method: "alpha",
		confidence: 1,
	};
}

/** Frames the masks; tells the notices and the hull's silhouette IoU with each of them. */
function frame(
	names: readonly ViewName[],
	masks: readonly Mask[],
): { cameras: Camera[]; leftOut: number[]; notices: Notice[] } {
	const { ctx, record } = createRunContext();
	const cutouts = names.map((name, v) => {
		const made = cutout(name, masks[v]);
		const { width, height } = masks[v];
		return {
			...made,
			photo: { ...made.photo, image: { ...made.photo.image, width, height } },
		};
	});
	const framed = frameNamedViews(cutouts, ctx);
	return {
		cameras: framed.filter((camera) => camera !== undefined),
		leftOut: [...framed.keys()].filter((v) => framed[v] === undefined),
		notices: record.notices,
	};
}

function hullIous(
	cameras: readonly Camera[],
	masks: readonly Mask[],
): number[] {
	const cones = cameras.map((camera, v) => ({
		camera,
		silhouette: silhouetteDistance(masks[v]),
	}));
	const bounds = hullBounds(cones);
	if (bounds === null) return cameras.map(() => 0);
	const hull = extractSurface(hullField(cones, bounds.box), { resolution: 64 });
	return cameras.map((camera, v) =>
		silhouetteIou(drawMask(hull, camera), masks[v]),
	);
}

/** Where the world's origin falls in the picture. */
function projectOrigin(camera: Camera): [number, number] {
	const p = projectionMatrix(camera);
	return [p[3] / p[11], p[7] / p[11]];
}

describe("frameNamedViews", () => {
	it.each(OBJECTS)("keeps canonical renders of %s bit by bit", (object) => {
		for (const names of [VIEW_NAMES, VIEW_NAMES.slice(0, 2)]) {
			const canonical = names.map((name) => canonicalCamera(name, 256, 256));
			const masks = canonical.map((camera) => drawMask(meshes[object], camera));
			const { cameras, notices } = frame(names, masks);
			expect(cameras).toEqual(canonical);
			expect(notices).toEqual([]);
		}
	});

	it.each([
		["spot", 1],
		["spot", 2],
		["avocado", 1],
		["boombox", 3],
	] as const)(
		"brings hand-held views of %s together, seed %i",
		(object, seed) => {
			const random = createRandom(seed);
			const held = VIEW_NAMES.map((name) => handHeld(name, random));
			const masks = held.map((camera) => drawMask(meshes[object], camera));
			const { cameras, notices } = frame(VIEW_NAMES, masks);
			expect(notices.map(({ code }) => code)).toEqual(["views-reframed"]);
			expect(notices[0].message).toContain("rolled");
			// Pixels a world unit at the object, up to the size of the world.
			const ratios = cameras.map(({ fx, worldFromCamera: m }, v) =>
				Math.log(fx / Math.hypot(m[3], m[7], m[11]) / held[v].fx),
			);
			const free = ratios.reduce((sum, ratio) => sum + ratio, 0) / 6;
			for (const ratio of ratios)
				expect(Math.abs(ratio - free)).toBeLessThan(0.02);
			for (const iou of hullIous(cameras, masks))
				expect(iou).toBeGreaterThan(0.97);
		},
	);

	it("finds scale and place of level views, and does not invent turns", () => {
		const random = createRandom(6);
		const held = VIEW_NAMES.map((name) => ({
			...handHeld(name, random),
			worldFromCamera: canonicalCamera(name, 1, 1).worldFromCamera,
		}));
		const masks = held.map((camera) => drawMask(meshes.spot, camera));
		const { cameras, notices } = frame(VIEW_NAMES, masks);
		expect(notices[0].message).toContain("larger");
		expect(notices[0].message).not.toMatch(/rolled|taken/);
		const ratios = cameras.map(({ fx, worldFromCamera: m }, v) =>
			Math.log(fx / Math.hypot(m[3], m[7], m[11]) / held[v].fx),
		);
		const free = ratios.reduce((sum, ratio) => sum + ratio, 0) / 6;
		for (const ratio of ratios)
			expect(Math.abs(ratio - free)).toBeLessThan(0.015);
		// The world's place is free too: where its origin falls in opposite pictures, seen from the true one.
		const across = cameras.map(
			(camera, v) =>
				(projectOrigin(camera)[0] - held[v].cx) / (held[v].fx / 2.5),
		);
		expect(Math.abs(across[0] + across[2])).toBeLessThan(0.01);
		expect(Math.abs(across[1] + across[3])).toBeLessThan(0.01);
	});

	it("moves only the one view that does not fit the canonical rest", () => {
		const cameras = VIEW_NAMES.map((name) =>
			name === "left"
				? handHeld(name, createRandom(4))
				: canonicalCamera(name, 256, 256),
		);
		const masks = cameras.map((camera) => drawMask(meshes.spot, camera));
		const { cameras: found } = frame(VIEW_NAMES, masks);
		for (const v of [0, 1, 2, 4, 5]) expect(found[v]).toEqual(cameras[v]);
		for (const iou of hullIous(found, masks)) expect(iou).toBeGreaterThan(0.97);
	});

	it("leaves a mirrored view to the engine, among canonical ones", () => {
		const canonical = VIEW_NAMES.map((name) => canonicalCamera(name, 256, 256));
		const masks = canonical.map((camera) => drawMask(meshes.spot, camera));
		for (let y = 0; y < 256; y++)
			masks[1].data.subarray(y * 256, (y + 1) * 256).reverse();
		expect(frame(VIEW_NAMES, masks).cameras).toEqual(canonical);
	});

	it("names the view that fits nowhere and registers the rest without it", () => {
		const random = createRandom(5);
		const held = VIEW_NAMES.map((name) => handHeld(name, random));
		const masks = held.map((camera) => drawMask(meshes.spot, camera));
		const { width, height, data } = masks[1];
		for (let y = 0; y < height; y++)
			data.subarray(y * width, (y + 1) * width).reverse();
		const { cameras, leftOut, notices } = frame(VIEW_NAMES, masks);
		expect(notices).toMatchObject([
			{ code: "views-reframed", severity: "warning", label: "right.jpg" },
		]);
		expect(leftOut).toEqual([1]);
		const rest = masks.filter((_, v) => v !== 1);
		for (const iou of hullIous(cameras, rest))
			expect(iou).toBeGreaterThan(0.97);
	});

	it("frames a picture that cuts the object off at its border", () => {
		const random = createRandom(7);
		const held = VIEW_NAMES.map((name) => handHeld(name, random));
		const masks = held.map((camera) => drawMask(meshes.spot, camera));
		const box = maskBox(masks[2]);
		const bottom = (box?.bottom ?? 0) - 25;
		const { width } = masks[2];
		masks[2] = cropMask(masks[2], { left: 0, top: 0, right: width, bottom });
		const { cameras } = frame(VIEW_NAMES, masks);
		for (const iou of hullIous(cameras, masks))
			expect(iou).toBeGreaterThan(0.97);
	});

	it.each([
		[["front", "back"]],
		[["front", "right"]],
		[["right", "top", "back"]],
	] as const)("makes do with %s", (names) => {
		const random = createRandom(8);
		const held = names.map((name) => handHeld(name, random));
		const masks = held.map((camera) => drawMask(meshes.avocado, camera));
		const { cameras } = frame(names, masks);
		for (const iou of hullIous(cameras, masks))
			expect(iou).toBeGreaterThan(0.97);
	});
});
