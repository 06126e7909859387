import type { TexturedMesh } from "../core/asset.ts";
import type { Image } from "../core/image.ts";
import type { RunContext } from "../core/run-context.ts";
import { VIEW_NAMES, type ViewName } from "../core/view.ts";
import type { SamplesPerAxis } from "../kernel/raster/draw-pixels.ts";
import {
	frameHero,
	frameSides,
	frameTurntable,
} from "../kernel/raster/frame-camera.ts";
import { buildGroundShadow } from "../kernel/raster/ground-shadow.ts";
import { prepareLook } from "../kernel/raster/prepare-look.ts";
import { createRasterMemory } from "../kernel/raster/rasterize.ts";
import { type LitMode, renderLit } from "../kernel/raster/render-lit.ts";
import { vertexOcclusion } from "../kernel/raster/vertex-occlusion.ts";

/** How the sides, the hero picture and the turntable can be drawn. */
export const PREVIEW_MODES: readonly [
	"textured",
	"clay",
	"normals",
	"wireframe",
] = ["textured", "clay", "normals", "wireframe"];
export type PreviewMode = (typeof PREVIEW_MODES)[number] & LitMode;

/** The pictures of a result, not encoded. Transparent stills; the turntable stands before a studio backdrop. */
export interface Previews {
	/** By file name. 'seen' is there when the asset knows what was seen. */
	readonly stills: Readonly<Record<StillName, Image>> & {
		readonly seen?: Image;
	};
	/** One full turn. */
	readonly turntable: readonly Image[];
}

export type StillName = ViewName | "hero" | "clay";

export interface PreviewOptions {
	/** Side of the square stills in pixels. Default 512. */
	readonly stillSize?: number;
	/** Side of the square turntable frames in pixels. Default 360. */
	readonly turntableSize?: number;
	/** Frames of the turntable; 0 leaves it out. Default 24. */
	readonly frameCount?: number;
	/** Samples per pixel and axis of the stills, 1–4. Default 2. */
	readonly samples?: SamplesPerAxis;
	/** How the sides, the hero picture and the turntable are drawn. Default 'textured'. */
	readonly mode?: PreviewMode;
	/** The mesh is a closed solid, turned outward: its back sides are not drawn. Default false. */
	readonly closed?: boolean;
}

export const PREVIEW_DEFAULTS: Required<PreviewOptions> = {
	stillSize: 512,
	turntableSize: 360,
	frameCount: 24,
	samples: 2,
	mode: "textured",
	closed: false,
};

/** Draws the six sides, the hero picture, the form in clay, what was seen, and a turntable. */
export async function renderPreviews(
	textured: TexturedMesh,
	options: PreviewOptions,
	ctx: RunContext,
): Promise<Previews> {
	const { stillSize, turntableSize, frameCount, samples, mode, closed } = {
		...PREVIEW_DEFAULTS,
		...options,
	};
	const { mesh } = textured;
	const look = prepareLook(textured);
	const shadow = buildGroundShadow(mesh);
	const occlusion = mesh.normals
		? vertexOcclusion(mesh, { frontOnly: closed })
		: undefined;
	const shared = { samples, frontOnly: closed, memory: createRasterMemory() };
	const still = { width: stillSize, height: stillSize };
	const pictureCount = VIEW_NAMES.length + 3 + frameCount;
	let done = 0;
	const finished = (image: Image): Image => {
		ctx.checkpoint(++done / pictureCount);
		return image;
	};

	const hero = frameHero(mesh, still);
	const sides = frameSides(mesh, still);
	const sidePictures = Object.fromEntries(
		VIEW_NAMES.map((name) => [
			name,
			finished(renderLit(textured, sides[name], { ...shared, mode, look })),
		]),
	) as Record<ViewName, Image>;
	const stills = {
		hero: finished(
			renderLit(textured, hero, { ...shared, mode, shadow, look }),
		),
		...sidePictures,
		clay: finished(
			renderLit(textured, hero, { ...shared, shadow, occlusion, mode: "clay" }),
		),
		...(textured.seenBy && {
			seen: finished(
				renderLit(textured, hero, {
					...shared,
					shadow,
					occlusion,
					mode: "seen",
				}),
			),
		}),
	};

	const turn = { width: turntableSize, height: turntableSize };
	const turntable = frameTurntable(mesh, frameCount, undefined, turn).map(
		(camera) =>
			finished(
				renderLit(textured, camera, {
					...shared,
					mode,
					shadow,
					background: "studio",
					look,
				}),
			),
	);
	return { stills, turntable };
}
