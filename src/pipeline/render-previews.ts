import type { TexturedMesh } from "../core/asset.ts";
import type { Camera } from "../core/camera.ts";
import type { Image } from "../core/image.ts";
import { INLINE, type Task } from "../core/parallel.ts";
import type { Checkpoint, RunContext } from "../core/run-context.ts";
import { VIEW_NAMES, type ViewName } from "../core/view.ts";
import type { SamplesPerAxis } from "../kernel/raster/draw-pixels.ts";
import {
	frameHero,
	frameSides,
	frameTurntable,
} from "../kernel/raster/frame-camera.ts";
import { buildGroundShadow } from "../kernel/raster/ground-shadow.ts";
import { type Look, prepareLook } from "../kernel/raster/prepare-look.ts";
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
	/** What `prepareLook` says, where it is known. */
	readonly look?: Look;
}

export const PREVIEW_DEFAULTS: Required<Omit<PreviewOptions, "look">> = {
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
	using drawing = beginPreviews(textured, options, ctx);
	return await drawing.finish(ctx.checkpoint);
}

/** Previews in the making. Leaving the scope stops the drawing. */
export interface Drawing extends Disposable {
	finish(checkpoint: Checkpoint): Promise<Previews>;
}

/** Starts to draw on the other threads, where there are any, beside whatever the caller does next. */
export function beginPreviews(
	textured: TexturedMesh,
	options: PreviewOptions,
	ctx: Pick<RunContext, "parallel">,
): Drawing {
	const { stillSize, turntableSize, frameCount, samples, mode, closed } = {
		...PREVIEW_DEFAULTS,
		...options,
	};
	const { mesh } = textured;
	const look = options.look ?? prepareLook(textured);
	const still = { width: stillSize, height: stillSize };
	const turn = { width: turntableSize, height: turntableSize };
	const hero = frameHero(mesh, still);
	const sides = frameSides(mesh, still);
	const pictures = new Map<string, Picture>([
		["hero", { camera: hero, mode, shadow: true }],
		["clay", { camera: hero, mode: "clay", shadow: true, occlusion: true }],
	]);
	if (textured.seenBy)
		pictures.set("seen", {
			camera: hero,
			mode: "seen",
			shadow: true,
			occlusion: true,
		});
	for (const name of VIEW_NAMES)
		pictures.set(name, { camera: sides[name], mode });
	const frames = frameTurntable(mesh, frameCount, undefined, turn).map(
		(camera): Picture => ({ camera, mode, shadow: true, background: "studio" }),
	);
	const batch = (ctx.parallel ?? INLINE).begin(
		previewTask,
		{ textured, look, samples, closed },
		[...pictures.values(), ...frames],
	);
	return {
		async finish(checkpoint) {
			const drawn = await batch.finish(checkpoint);
			const names = [...pictures.keys()];
			return {
				stills: Object.fromEntries(
					names.map((name, k) => [name, drawn[k]]),
				) as Previews["stills"],
				turntable: drawn.slice(names.length),
			};
		},
		[Symbol.dispose]: () => batch[Symbol.dispose](),
	};
}

interface Picture {
	readonly camera: Camera;
	readonly mode: LitMode;
	readonly shadow?: boolean;
	readonly occlusion?: boolean;
	readonly background?: "studio";
}

interface Scene {
	readonly textured: TexturedMesh;
	readonly look: Look | undefined;
	readonly samples: SamplesPerAxis;
	readonly closed: boolean;
}

/** Draws one picture of a result. */
export const previewTask: Task<Scene, Picture, Image> = {
	module: import.meta.url,
	name: "previewTask",
	open({ textured, look, samples, closed }) {
		const { mesh } = textured;
		const groundShadow = buildGroundShadow(mesh);
		let ambient: Float32Array | undefined;
		const shared = { samples, frontOnly: closed, memory: createRasterMemory() };
		return ({ camera, mode, shadow, occlusion, background }) => {
			if (occlusion && mesh.normals)
				ambient ??= vertexOcclusion(mesh, { frontOnly: closed });
			return renderLit(textured, camera, {
				...shared,
				mode,
				...(look ? { look } : {}),
				...(shadow ? { shadow: groundShadow } : {}),
				...(occlusion && ambient ? { occlusion: ambient } : {}),
				...(background ? { background } : {}),
			});
		};
	},
	transfer: ({ data }) => [data.buffer as ArrayBuffer],
};
