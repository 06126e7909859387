import { readFileSync } from "node:fs";
import type { Mesh } from "../src/core/mesh.ts";
import type { Photo } from "../src/core/photo.ts";
import { createRunContext, type RunContext } from "../src/core/run-context.ts";
import type { Field } from "../src/core/shape.ts";
import { VIEW_NAMES, type View } from "../src/core/view.ts";
import { visualHull } from "../src/engines/visual-hull/engine.ts";
import { visualHullOptions } from "../src/engines/visual-hull/options.ts";
import { decodePicture } from "../src/formats/picture/decode.ts";
import { extractSurface } from "../src/kernel/field/extract-surface.ts";
import { vertexNormals } from "../src/kernel/mesh/normals.ts";
import { simplify } from "../src/kernel/mesh/simplify.ts";
import { cutOut } from "../src/pipeline/cut-out.ts";
import { resolveRunOptions } from "../src/pipeline/options.ts";
import { placeViews } from "../src/pipeline/place-views.ts";

// The sample cow, as far along the pipeline as a task needs it; views and hull are made once.

function runContext(): RunContext {
	return createRunContext().ctx;
}

export function cowPhotos(): Promise<Photo[]> {
	return Promise.all(
		VIEW_NAMES.map(async (name) => {
			const file = new URL(`../examples/cow/${name}.png`, import.meta.url);
			const { photo } = await decodePicture(readFileSync(file), name, { name });
			return photo;
		}),
	);
}

let views: Promise<readonly View[]> | undefined;
export function cowViews(): Promise<readonly View[]> {
	views ??= makeViews();
	return views;
}

async function makeViews(): Promise<readonly View[]> {
	const ctx = runContext();
	const photos = await cowPhotos();
	return placeViews(await cutOut(photos, resolveRunOptions({}), ctx), ctx);
}

let field: Promise<Field> | undefined;
/** The visual hull of the six views. */
export function cowField(): Promise<Field> {
	field ??= makeField();
	return field;
}

async function makeField(): Promise<Field> {
	const shape = await visualHull.reconstruct(
		await cowViews(),
		visualHullOptions.parse({}),
		runContext(),
	);
	if (shape.kind !== "field") throw new TypeError("the hull is not a field");
	return shape.field;
}

/** A closed mesh with normals. */
export async function cowMesh(
	resolution: number,
	faces?: number,
): Promise<Mesh> {
	const dense = extractSurface(await cowField(), { resolution });
	const mesh = faces === undefined ? dense : simplify(dense, faces);
	return { ...mesh, normals: vertexNormals(mesh) };
}
