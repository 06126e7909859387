import type { Engine } from "../../core/engine.ts";
import { LunarError } from "../../core/errors.ts";
import type { Shape } from "../../core/shape.ts";
import { raiseCamera } from "../../kernel/math/raise-camera.ts";
import { cropLinear, frameObject } from "../../kernel/relief/crop-frame.ts";
import { hiddenColor } from "../../kernel/relief/hidden-color.ts";
import { placeRelief } from "../../kernel/relief/place-relief.ts";
import { twoSidedField } from "../../kernel/relief/two-sided-field.ts";
import { type ReliefOptions, reliefOptions } from "./options.ts";
import { solveDepth } from "./solve-depth.ts";

/** Thickness up to which the solid is a plate rather than a body. */
const PLATE_THICKNESS = 0.25;

export const relief: Engine<ReliefOptions> = {
	id: "relief",
	title: "Relief",
	summary:
		"One picture to a rounded solid with exactly its outline. Instant and always closed; depth and back are guessed.",
	options: reliefOptions,
	needs: { views: [1, 1], weights: [], memoryMB: 200 },
	licence: { name: "MIT", commercial: "yes" },

	async reconstruct(views, options, ctx): Promise<Shape> {
		const view = views[0];
		// (1) The square round the object.
		const frame = await ctx.step("frame", 0.2, () =>
			frameObject(view.mask, options.grid),
		);
		if (frame === null)
			throw new LunarError("EMPTY_SHAPE", `the mask of ${view.label} is empty`);
		const linear = cropLinear(view.image, frame);
		// (2) How thick the object is at each pixel.
		const depth = await ctx.step("depth", 0.5, (c) =>
			solveDepth(frame, luminanceOf(linear), options, c.checkpoint),
		);
		// (3) Into the world, upright.
		const camera = view.isGuessed
			? raiseCamera(view.camera, (options.elevation * Math.PI) / 180)
			: view.camera;
		const place = placeRelief(camera, frame);
		const color = await ctx.step("color", 0.3, () =>
			hiddenColor(view.image, frame, place, { depth, back: backOf(options) }),
		);
		return {
			kind: "field",
			field: twoSidedField(frame, depth, place),
			cameras: [camera],
			color,
		};
	},
};

/** Only thin plates look the same from behind. */
function backOf({ backColor, thickness }: ReliefOptions): "soft" | "mirror" {
	if (backColor !== "auto") return backColor;
	return thickness <= PLATE_THICKNESS ? "mirror" : "soft";
}

/** Rec. 709 luminance of linear planes. */
function luminanceOf(linear: Float32Array): Float32Array {
	const size = linear.length / 3;
	const out = new Float32Array(size);
	for (let n = 0; n < size; n++)
		out[n] =
			0.2126 * linear[n] +
			0.7152 * linear[size + n] +
			0.0722 * linear[2 * size + n];
	return out;
}
