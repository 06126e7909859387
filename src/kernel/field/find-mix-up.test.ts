import { expect, test } from "vitest";
import type { View, ViewName } from "../../core/view.ts";
import { type Body, SPHERE, viewOf } from "../../engines/engine.contract.ts";
import { silhouetteDistance } from "../image/silhouette-distance.ts";
import { canonicalCamera } from "../math/camera.ts";
import { findMixUp, type MixUp } from "./find-mix-up.ts";

/** Three balls: to the right, up and to the front, each by another way. */
const ASKEW: Body = (eye, ray) =>
	[
		[0.3, 0.1, 0],
		[0, 0.35, 0.15],
		[-0.1, 0, 0.4],
	].some(([x, y, z]) =>
		SPHERE([(eye[0] - x) * 2, (eye[1] - y) * 2, (eye[2] - z) * 2], ray),
	);

const FOUR: readonly ViewName[] = ["front", "right", "back", "top"];

function sides(names: readonly ViewName[] = FOUR): View[] {
	return names.map((name) => ({
		...viewOf(ASKEW, canonicalCamera(name, 96, 96), name),
		name,
	}));
}

function mixUpOf(views: readonly View[]): MixUp | null {
	const cones = views.map(({ camera, mask }) => ({
		camera,
		silhouette: silhouetteDistance(mask),
	}));
	return findMixUp(cones, views);
}

test("has nothing to say where the views agree", () => {
	expect(mixUpOf(sides())).toBeNull();
});

test.each([
	[0, 2],
	[1, 3],
])("finds the sides %i and %i swapped", (a, b) => {
	const views = sides();
	const { mask } = views[a];
	views[a] = { ...views[a], mask: views[b].mask };
	views[b] = { ...views[b], mask };
	expect(mixUpOf(views)).toEqual({ kind: "swapped", a, b });
});

test.each([1, 3])("finds the side %i mirrored", (a) => {
	const views = sides();
	const { width, data } = views[a].mask;
	const flopped = data.map((_, p) => {
		const x = p % width;
		return data[p - x + width - 1 - x];
	});
	views[a] = { ...views[a], mask: { ...views[a].mask, data: flopped } };
	expect(mixUpOf(views)).toEqual({ kind: "mirrored", a });
});

test("does not guess with two views, nor blames a swap for another object", () => {
	expect(mixUpOf(sides(["front", "right"]))).toBeNull();
	const views = sides();
	const { camera, label } = views[1];
	const small: Body = (eye, ray) =>
		SPHERE([eye[0] * 3, eye[1] * 3, eye[2] * 3], ray);
	views[1] = viewOf(small, camera, label);
	expect(mixUpOf(views)).toBeNull();
});
