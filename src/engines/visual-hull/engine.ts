import type { Engine } from "../../core/engine.ts";
import { mapTask } from "../../core/parallel.ts";
import type { Shape } from "../../core/shape.ts";
import { hullBounds } from "../../kernel/field/hull-bounds.ts";
import {
	hullField,
	type SilhouetteCone,
} from "../../kernel/field/hull-field.ts";
import {
	emptyHull,
	requireAgreement,
} from "../../kernel/field/require-agreement.ts";
import { silhouetteTask } from "../../kernel/image/silhouette-task.ts";
import { type VisualHullOptions, visualHullOptions } from "./options.ts";

export const visualHull: Engine<VisualHullOptions> = {
	id: "visual-hull",
	title: "Visual hull",
	summary:
		"The exact solid that all silhouettes allow. Fast and certain; hollows that no outline shows stay filled.",
	options: visualHullOptions,
	needs: { views: [2, 200], weights: [], memoryMB: 300 },
	licence: { name: "MIT", commercial: "yes" },

	async reconstruct(views, options, ctx): Promise<Shape> {
		// (1) How far each point of each picture is from the outline.
		const silhouettes = await ctx.step("silhouettes", 0.3, (c) =>
			mapTask(
				silhouetteTask,
				{ widenBy: options.tolerance },
				views.map(({ mask }) => mask),
				c,
			),
		);
		const cones = silhouettes.map(
			(silhouette, v): SilhouetteCone => ({
				camera: views[v].camera,
				silhouette,
			}),
		);
		// (2) Where the object can be at all.
		const bounds = await ctx.step("bounds", 0.2, (c) =>
			hullBounds(cones, c.checkpoint),
		);
		if (bounds === null) throw emptyHull(cones, views, ctx.checkpoint);
		const field = hullField(cones, bounds.box);
		// (3) Whether the views agree.
		await ctx.step("agreement", 0.5, (c) =>
			requireAgreement(
				field,
				cones,
				views,
				options.minExplained,
				c.notice,
				c.checkpoint,
			),
		);
		if (bounds.cut)
			ctx.notice({
				code: "hull-unbounded",
				severity: "warning",
				message:
					"the views leave the object's depth open; it was cut at the size of its largest silhouette",
				remedy: "Add a view from another side.",
			});
		return { kind: "field", field };
	},
};
