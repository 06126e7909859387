import type { TexturedMesh } from "../core/asset.ts";
import type { Mesh } from "../core/mesh.ts";
import type { RunContext } from "../core/run-context.ts";
import type { Shape } from "../core/shape.ts";
import type { View } from "../core/view.ts";
import { vertexNormals } from "../kernel/mesh/normals.ts";
import { bakeVertexColors } from "../kernel/texture/bake-vertex-colors.ts";
import { bakeViews } from "../kernel/texture/bake-views.ts";
import { fillGutter } from "../kernel/texture/fill-gutter.ts";
import { fillUnseen } from "../kernel/texture/fill-unseen.ts";
import { mapTexels } from "../kernel/texture/texel-map.ts";
import { texelPositions } from "../kernel/texture/texel-positions.ts";
import { unwrap } from "../kernel/texture/unwrap.ts";
import type { RunOptions } from "./options.ts";

/** Assumed, not estimated: most everyday objects are matt and no metal. Said in docs/conventions.md. */
const ROUGHNESS = 0.8;
const METALLIC = 0;

/**
 * Gives the mesh its look: the views projected onto a texture (or onto the vertices), what no view
 * sees filled softly from the engine's own colours or from the seen surroundings. An engine that
 * paints its whole surface has the say everywhere; what was seen is told all the same.
 */
export async function textureMesh(
	mesh: Mesh,
	views: readonly View[],
	shape: Pick<Shape, "color" | "paint">,
	options: Pick<RunOptions, "texture" | "textureSize">,
	ctx: RunContext,
): Promise<TexturedMesh> {
	const { paint } = shape;
	const fill = shape.color ? { colorField: shape.color } : {};
	const look = { roughness: ROUGHNESS, metallic: METALLIC };
	if (!options.texture) {
		const { colors, seenBy } = bakeVertexColors(
			mesh,
			views,
			fill,
			ctx.checkpoint,
		);
		const own = await paint?.sample(mesh.positions, ctx);
		return {
			mesh: { ...mesh, colors: own ? withAlpha(own) : colors },
			seenBy,
			...look,
		};
	}
	const flat = await ctx.step("unwrap", 0.35, (c) => {
		const unwrapped = unwrap(
			mesh,
			{ textureSize: options.textureSize },
			c.checkpoint,
		).mesh;
		return {
			...unwrapped,
			normals: vertexNormals(unwrapped, { acrossSeams: true }),
		};
	});
	const texels = await ctx.step("texels", 0.1, (c) =>
		mapTexels(flat, options.textureSize, c.checkpoint),
	);
	const baked = await ctx.step("project", 0.4, (c) =>
		bakeViews(flat, views, texels, {}, c.checkpoint),
	);
	const colors = await ctx.step("fill", 0.1, (c) =>
		paint
			? paint.sample(texelPositions(flat, texels), c)
			: fillUnseen(flat, texels, baked, fill, c.checkpoint),
	);
	const baseColor = await ctx.step("gutter", 0.05, () =>
		fillGutter(texels, colors),
	);
	return { mesh: flat, baseColor, seenBy: baked.seenBy, ...look };
}

/** Opaque vertex colours from plain ones. */
function withAlpha(
	rgb: Float32Array, // [count × 3]
): Float32Array /* [count × 4] */ {
	const rgba = new Float32Array((rgb.length / 3) * 4).fill(1);
	for (let n = 0; n < rgb.length / 3; n++)
		rgba.set(rgb.subarray(n * 3, n * 3 + 3), n * 4);
	return rgba;
}
