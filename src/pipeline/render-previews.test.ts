import { expect, it } from "vitest";
import type { TexturedMesh } from "../core/asset.ts";
import { createRunContext } from "../core/run-context.ts";
import { vertexNormals } from "../kernel/mesh/normals.ts";
import { icosphere } from "../kernel/mesh/shapes.ts";
import { renderPreviews } from "./render-previews.ts";

const mesh = icosphere(2, 0.5);
const textured: TexturedMesh = {
	mesh: { ...mesh, normals: vertexNormals(mesh) },
	roughness: 0.8,
	metallic: 0,
};
const small = { stillSize: 32, turntableSize: 24, frameCount: 5 };

it("draws every still and every frame in its size", async () => {
	const seenBy = new Uint16Array(mesh.indices.length / 3);
	const fractions: number[] = [];
	const { ctx } = createRunContext({
		onEvent: (event) => {
			if (event.type === "progress") fractions.push(event.fraction);
		},
	});
	const { stills, turntable } = await renderPreviews(
		{ ...textured, seenBy },
		small,
		ctx,
	);
	expect(Object.keys(stills).sort()).toEqual(
		[
			"back",
			"bottom",
			"clay",
			"front",
			"hero",
			"left",
			"right",
			"seen",
			"top",
		].sort(),
	);
	for (const image of Object.values(stills)) {
		expect([image.width, image.height]).toEqual([32, 32]);
		expect(image.data[(16 * 32 + 16) * 4 + 3]).toBe(255);
		expect(image.data[3]).toBe(0);
	}
	expect(turntable).toHaveLength(5);
	for (const image of turntable) expect(image.width).toBe(24);
	expect(fractions.at(-1)).toBe(1);
});

it("leaves out what it cannot know and what is not wanted", async () => {
	const { ctx } = createRunContext();
	const { stills, turntable } = await renderPreviews(
		textured,
		{ ...small, frameCount: 0, mode: "normals" },
		ctx,
	);
	expect(stills.seen).toBeUndefined();
	expect(turntable).toHaveLength(0);
});

it("stops when cancelled", async () => {
	const { ctx } = createRunContext({ isCancelled: () => true });
	await expect(renderPreviews(textured, small, ctx)).rejects.toMatchObject({
		code: "CANCELLED",
	});
});
