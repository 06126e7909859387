import { LunarError } from "../core/errors.ts";
import type { Mesh } from "../core/mesh.ts";
import type { RunContext } from "../core/run-context.ts";
import type { Shape } from "../core/shape.ts";
import { extractSurface } from "../kernel/field/extract-surface.ts";
import type { RunOptions } from "./options.ts";

/** A mesh from whatever the engine made. Throws EMPTY_SHAPE when there is nothing in it. */
export async function toMesh(
	shape: Shape,
	options: Pick<RunOptions, "resolution">,
	ctx: RunContext,
): Promise<Mesh> {
	const mesh = await surfaceOf(shape, options.resolution, ctx);
	if (mesh.indices.length === 0)
		throw new LunarError(
			"EMPTY_SHAPE",
			`no surface at a resolution of ${options.resolution} cells`,
		);
	ctx.log.debug("surface extracted", { triangles: mesh.indices.length / 3 });
	return mesh;
}

/** The surface of a shape, whatever the engine made. */
export function surfaceOf(
	shape: Shape,
	resolution: number,
	ctx: RunContext,
): Mesh | Promise<Mesh> {
	switch (shape.kind) {
		case "mesh":
			return shape.mesh;
		case "field":
			return extractSurface(
				shape.field,
				{
					resolution: Math.min(
						resolution,
						shape.field.finestResolution ?? resolution,
					),
				},
				ctx.checkpoint,
			);
		case "volume":
			return shape.surface(resolution, ctx);
	}
}
