import type { Light, Look, TexturedMesh } from "../core/asset.ts";
import type { Mesh } from "../core/mesh.ts";
import { type Batch, INLINE } from "../core/parallel.ts";
import type { RunContext } from "../core/run-context.ts";
import type { Shape, SurfacePaint } from "../core/shape.ts";
import type { View } from "../core/view.ts";
import { vertexNormals } from "../kernel/mesh/normals.ts";
import {
	bakeVertexColors,
	type VertexBake,
} from "../kernel/texture/bake-vertex-colors.ts";
import { bakeViews } from "../kernel/texture/bake-views.ts";
import type { ExposureBalance } from "../kernel/texture/balance-exposure.ts";
import { divideLight } from "../kernel/texture/divide-light.ts";
import {
	estimateLight,
	type LitPoints,
} from "../kernel/texture/estimate-light.ts";
import { fillGutter } from "../kernel/texture/fill-gutter.ts";
import { fillUnseen } from "../kernel/texture/fill-unseen.ts";
import type { Projector } from "../kernel/texture/project-view.ts";
import { projectorTask } from "../kernel/texture/projector-task.ts";
import { mapTexels } from "../kernel/texture/texel-map.ts";
import { unwrap } from "../kernel/texture/unwrap.ts";
import type { RunOptions } from "./options.ts";
import { tellExposure, tellLight } from "./tell-look.ts";

/** Assumed, not estimated: most everyday objects are matt and no metal. Said in docs/conventions.md. */
const MATERIAL = { roughness: 0.8, metallic: 0 } as const;

/** Of all views together; each pixel takes about 18 bytes once it is ready. */
const MOST_PIXELS_AHEAD = 12e6;

/** The engine's own colours, where it has any. */
type Coloring = Pick<Shape, "color" | "paint">;

type LookOptions = Pick<
	RunOptions,
	"texture" | "textureSize" | "balanceExposure" | "delight"
>;

/**
 * Gives the mesh its look: the views projected onto a texture (or onto the vertices), evened out,
 * what no view sees filled softly from the engine's own colours or from the seen surroundings; with
 * `delight`, the light on the object divided out. An engine that paints its whole surface has the
 * say everywhere; what was seen is told all the same.
 */
export function textureMesh(
	mesh: Mesh,
	views: readonly View[],
	coloring: Coloring,
	options: LookOptions,
	ctx: RunContext,
): Promise<TexturedMesh> {
	return options.texture
		? paintTexture(mesh, views, coloring, options, ctx)
		: paintVertices(mesh, views, coloring, options, ctx);
}

async function paintTexture(
	mesh: Mesh,
	views: readonly View[],
	{ color: colorField, paint }: Coloring,
	options: LookOptions,
	ctx: RunContext,
): Promise<TexturedMesh> {
	const fill = colorField ? { colorField } : {};
	using projecting = beginProjectors(mesh, views, ctx); // elsewhere, while the mesh is laid out
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
	const baked = await ctx.step("project", 0.4, async (c) => {
		const projectors = await projecting?.finish();
		const projected = await bakeViews(
			flat,
			views,
			texels,
			{ ...options, ...(projectors ? { projectors } : {}) },
			c,
		);
		if (!paint) return projected;
		const { exposure: _, ...seen } = projected;
		return {
			...seen,
			color: await paint.sample(projected.positions, c),
			confidence: new Float32Array(texels.texels.length).fill(1),
		};
	});
	const { seenBy, normals } = baked;
	const colors = await ctx.step("fill", 0.05, (c) =>
		fillUnseen(flat, texels, baked, fill, c.checkpoint),
	);
	const light = options.delight ? findLight(baked, ctx) : undefined;
	// An engine's own colours are lit like the pictures; spread ones are spread as albedo.
	const albedo = await ctx.step("delight", 0.05, (c) =>
		light === undefined
			? colors
			: colorField
				? divideLight(colors, normals, light)
				: fillUnseen(
						flat,
						texels,
						{ ...baked, color: divideLight(baked.color, normals, light) },
						fill,
						c.checkpoint,
					),
	);
	return ctx.step("gutter", 0.05, () => ({
		mesh: flat,
		baseColor: fillGutter(texels, albedo),
		...(light ? { lit: { baseColor: fillGutter(texels, colors) } } : {}),
		seenBy,
		...MATERIAL,
		look: describeLook(views, baked.exposure, light, ctx),
	}));
}

/** The views made ready to be projected, where they all fit into memory. */
function beginProjectors(
	mesh: Mesh,
	views: readonly View[],
	{ parallel = INLINE }: RunContext,
): Batch<Projector> | undefined {
	const pixelCount = views.reduce((sum, { mask }) => sum + mask.data.length, 0);
	if (pixelCount > MOST_PIXELS_AHEAD) return undefined;
	return parallel.begin(
		projectorTask,
		{ positions: mesh.positions, indices: mesh.indices },
		views.map(({ image, mask, camera }) => ({ image, mask, camera })),
	);
}

function paintVertices(
	mesh: Mesh,
	views: readonly View[],
	{ color: colorField, paint }: Coloring,
	options: LookOptions,
	ctx: RunContext,
): Promise<TexturedMesh> {
	return ctx.step("paint", 1, async (c) => {
		const projected = await bakeVertexColors(
			mesh,
			views,
			{ ...options, ...(colorField ? { colorField } : {}) },
			c,
		);
		const { seenBy } = projected;
		const { colors, confidence, exposure } = paint
			? await paintedVertices(mesh, paint, c)
			: projected;
		const { positions, normals } = mesh;
		if (!normals) throw new TypeError("the mesh has no normals");
		const color = new Float32Array(positions.length);
		for (let i = 0; i < color.length; i++)
			color[i] = colors[4 * Math.floor(i / 3) + (i % 3)];
		const light = options.delight
			? findLight({ positions, normals, color, confidence }, ctx)
			: undefined;
		const albedo = colors.slice();
		if (light) {
			const divided = divideLight(color, normals, light);
			for (let i = 0; i < color.length; i++)
				albedo[4 * Math.floor(i / 3) + (i % 3)] = divided[i];
		}
		return {
			mesh: { ...mesh, colors: albedo },
			...(light ? { lit: { colors } } : {}),
			seenBy,
			...MATERIAL,
			look: describeLook(views, exposure, light, ctx),
		};
	});
}

function findLight(points: LitPoints, ctx: RunContext): Light | undefined {
	const estimate = estimateLight(points);
	tellLight(estimate, ctx);
	return "light" in estimate ? estimate.light : undefined;
}

function describeLook(
	views: readonly View[],
	exposure: ExposureBalance | undefined,
	light: Light | undefined,
	ctx: RunContext,
): Look {
	if (!exposure?.applied)
		return { material: "assumed", ...(light ? { light } : {}) };
	tellExposure(views, exposure, ctx);
	const round = (gain: number): number => Math.round(gain * 1e4) / 1e4;
	return {
		material: "assumed",
		gains: views.map((_, v) => [
			round(exposure.gains[3 * v]),
			round(exposure.gains[3 * v + 1]),
			round(exposure.gains[3 * v + 2]),
		]),
		...(light ? { light } : {}),
	};
}

/** The engine's colours for every vertex, all of them sure. */
async function paintedVertices(
	{ positions }: Mesh,
	paint: SurfacePaint,
	ctx: RunContext,
): Promise<Omit<VertexBake, "seenBy">> {
	const rgb = await paint.sample(positions, ctx);
	const count = rgb.length / 3;
	const colors = new Float32Array(count * 4).fill(1);
	for (let v = 0; v < count; v++)
		colors.set(rgb.subarray(v * 3, v * 3 + 3), v * 4);
	return { colors, confidence: new Float32Array(count).fill(1) };
}
