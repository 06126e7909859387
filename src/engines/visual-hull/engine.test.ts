import { describe, expect, test } from "vitest";
import type { Camera } from "../../core/camera.ts";
import { LunarError } from "../../core/errors.ts";
import type { Mesh } from "../../core/mesh.ts";
import { createRunContext, type Notice } from "../../core/run-context.ts";
import type { View } from "../../core/view.ts";
import { extractSurface } from "../../kernel/field/extract-surface.ts";
import { canonicalCamera } from "../../kernel/math/camera.ts";
import { lookAt } from "../../kernel/math/mat4.ts";
import { sphereDirections } from "../../kernel/math/sphere-directions.ts";
import { measureBounds, signedVolume } from "../../kernel/mesh/measure.ts";
import {
	BODY_RADIUS,
	type Body,
	CUBE,
	SPHERE,
	testEngine,
	viewOf,
} from "../engine.contract.ts";
import { visualHull } from "./engine.ts";

testEngine(import.meta.dirname, visualHull, {
	sphereVolume: [1, 1.25],
	cubeVolume: [1, 1.25], // each near face hides a little of what lies behind it
});

async function hullOf(
	views: readonly View[],
	resolution = 64,
): Promise<{ mesh: Mesh; notices: readonly Notice[] }> {
	const { ctx, record } = createRunContext();
	const shape = await visualHull.reconstruct(
		views,
		visualHull.options.parse({}),
		ctx,
	);
	if (shape.kind !== "field") throw new TypeError("a hull is a field");
	return {
		mesh: extractSurface(shape.field, { resolution }),
		notices: record.notices,
	};
}

async function codeOf(views: readonly View[]): Promise<[string, string]> {
	const error = await hullOf(views).catch((thrown: unknown) => thrown);
	if (!(error instanceof LunarError)) throw new TypeError("it did not throw");
	return [error.code, error.message];
}

const canonical = (name: Parameters<typeof canonicalCamera>[0]): Camera =>
	canonicalCamera(name, 128, 128);

/** Cameras spread evenly over a sphere, with a lens of their own. */
function ringOf(
	count: number,
	distance: number,
	target: [number, number, number],
): Camera[] {
	return sphereDirections(count).map(([x, y, z]) => {
		const eye: [number, number, number] = [
			target[0] + distance * x,
			target[1] + distance * y,
			target[2] + distance * z,
		];
		return {
			worldFromCamera: lookAt(eye, target),
			fx: 210,
			fy: 180, // pixels are not square
			cx: 60,
			cy: 66,
			width: 128,
			height: 120,
		};
	});
}

/** The body moved and scaled. */
function placed(body: Body, scale: number, at: readonly number[]): Body {
	return (eye, ray) =>
		body(
			[
				(eye[0] - at[0]) / scale,
				(eye[1] - at[1]) / scale,
				(eye[2] - at[2]) / scale,
			],
			ray,
		);
}

describe("visual hull", () => {
	test("many views give the sphere itself", async () => {
		const views = ringOf(24, 2.5, [0, 0, 0]).map((camera, n) =>
			viewOf(SPHERE, camera, `${n}`),
		);
		const { mesh, notices } = await hullOf(views);
		const exact = (4 / 3) * Math.PI * BODY_RADIUS ** 3;
		expect(signedVolume(mesh) / exact).toBeGreaterThan(0.99);
		expect(signedVolume(mesh) / exact).toBeLessThan(1.05);
		expect(notices).toEqual([]);
	});

	test.each([
		[3.75, [0, 0, 0]],
		[0.01, [0.3, -0.2, 0.1]],
		[250, [-4000, 900, 70]],
	])("finds bodies of any scale and place: %f at %j", async (scale, at) => {
		const target = at as [number, number, number];
		const views = ringOf(8, 2.5 * scale, target).map((camera, n) =>
			viewOf(placed(CUBE, scale, at), camera, `${n}`),
		);
		const { min, max } = measureBounds((await hullOf(views)).mesh);
		for (let axis = 0; axis < 3; axis++) {
			expect(min[axis]).toBeLessThan(at[axis] - BODY_RADIUS * scale * 0.97);
			expect(min[axis]).toBeGreaterThan(at[axis] - BODY_RADIUS * scale * 1.7);
			expect(max[axis]).toBeGreaterThan(at[axis] + BODY_RADIUS * scale * 0.97);
			expect(max[axis]).toBeLessThan(at[axis] + BODY_RADIUS * scale * 1.7);
		}
	});

	test("two views are enough, and two opposite ones are cut and told", async () => {
		const view = (name: "front" | "right" | "back"): View =>
			viewOf(SPHERE, canonical(name), name);
		const square = await hullOf([view("front"), view("right")]);
		expect(signedVolume(square.mesh)).toBeLessThan(0.5);
		expect(square.notices).toEqual([]);
		const open = await hullOf([view("front"), view("back")]);
		expect(open.notices.map(({ code }) => code)).toEqual(["hull-unbounded"]);
		const { min, max } = measureBounds(open.mesh);
		expect(max[2] - min[2]).toBeLessThan(2);
	});

	test("a view whose object leaves the picture does not carve beyond it", async () => {
		const shifted = { ...canonical("front"), cx: 100 };
		const views = [
			viewOf(CUBE, shifted, "shifted"),
			...(["right", "left", "top", "bottom"] as const).map((name) =>
				viewOf(CUBE, canonical(name), name),
			),
		];
		const { max } = measureBounds((await hullOf(views)).mesh);
		expect(max[0]).toBeGreaterThan(BODY_RADIUS * 0.97);
	});

	test("views of different objects contradict each other, and the odd one is named", async () => {
		const small = placed(CUBE, 0.3, [0, 0, 0]);
		const views = (["front", "right", "back", "left", "top"] as const).map(
			(name) => viewOf(name === "left" ? small : CUBE, canonical(name), name),
		);
		const [code, message] = await codeOf(views);
		expect(code).toBe("VIEWS_CONTRADICT");
		expect(message).toContain("the others agree without left");
	});

	test("a view that disagrees a little is told with its name", async () => {
		const less = placed(CUBE, 0.7, [0, 0, 0]);
		const views = (["front", "right", "top"] as const).map((name) =>
			viewOf(name === "top" ? less : CUBE, canonical(name), name),
		);
		const { notices } = await hullOf(views);
		expect(notices.map(({ code }) => code)).toEqual(["views-disagree"]);
		expect(notices[0].label).toBe("top");
		expect(notices[0].message).toMatch(/% in front, .* without top/);
	});

	test("silhouettes that never meet leave an empty shape", async () => {
		const views = [
			viewOf(placed(CUBE, 0.3, [0, 0.4, 0]), canonical("front"), "front"),
			viewOf(placed(CUBE, 0.3, [0, -0.4, 0]), canonical("right"), "right"),
		];
		expect((await codeOf(views))[0]).toBe("EMPTY_SHAPE");
	});
});
