import type { Engine } from "../../core/engine.ts";
import { LunarError } from "../../core/errors.ts";
import type { Shape } from "../../core/shape.ts";
import { cropPicture } from "../../kernel/image/crop-picture.ts";
import { raiseCamera } from "../../kernel/math/raise-camera.ts";
import { frameObject } from "../../kernel/relief/crop-frame.ts";
import { hiddenColor } from "../../kernel/relief/hidden-color.ts";
import { placeRelief } from "../../kernel/relief/place-relief.ts";
import { twoSidedField } from "../../kernel/relief/two-sided-field.ts";
import { backColor } from "./back-color.ts";
import { predict } from "./network.ts";
import { type NovaPriorOptions, novaPriorOptions } from "./options.ts";
import { readModel } from "./read-model.ts";
import { settleSurfaces } from "./settle-surfaces.ts";

/** Pictures from below are rare, and those from straight above show nothing to stand on; radians. */
const LOWEST = -0.2;
const HIGHEST = 1.2;

export const novaPrior: Engine<NovaPriorOptions> = {
	id: "nova-prior",
	title: "Nova prior",
	summary:
		"One picture to a closed solid with exactly its outline; depth and back come from a small network of our own that is part of the package.",
	options: novaPriorOptions,
	needs: { views: [1, 1], weights: [], memoryMB: 300 },
	licence: { name: "MIT", commercial: "yes", note: "code and weights" },

	async reconstruct(views, options, ctx): Promise<Shape> {
		const view = views[0];
		// (1) The square round the object.
		const frame = await ctx.step("frame", 0.1, () =>
			frameObject(view.mask, options.grid),
		);
		if (frame === null)
			throw new LunarError("EMPTY_SHAPE", `the mask of ${view.label} is empty`);
		// (2) What the network says about it.
		const prediction = await ctx.step("predict", 0.5, (c) =>
			predict(
				readModel(),
				cropPicture(view.image, view.mask, frame),
				c.checkpoint,
			),
		);
		// (3) Front and back, smooth where it doubts.
		const depth = await ctx.step("depth", 0.3, (c) =>
			settleSurfaces(prediction, frame, options, c.checkpoint),
		);
		// (4) Into the world, upright.
		const isTurned = options.level && view.isGuessed === true;
		const elevation = Math.max(LOWEST, Math.min(HIGHEST, prediction.elevation));
		const camera = isTurned ? raiseCamera(view.camera, elevation) : view.camera;
		const place = placeRelief(camera, frame);
		const color = await ctx.step("color", 0.1, () =>
			backColor(
				hiddenColor(view.image, frame, place, { depth }),
				prediction.back,
				frame,
				place,
			),
		);
		return {
			kind: "field",
			field: twoSidedField(frame, depth, place),
			color,
			...(isTurned ? { cameras: [camera] } : {}),
		};
	},
};
