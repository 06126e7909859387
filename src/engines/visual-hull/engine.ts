import type { Engine } from "../../core/engine.ts";
import { LunarError } from "../../core/errors.ts";
import type { Mesh } from "../../core/mesh.ts";
import type { RunContext } from "../../core/run-context.ts";
import type { Field, Shape } from "../../core/shape.ts";
import type { View } from "../../core/view.ts";
import { extractSurface } from "../../kernel/field/extract-surface.ts";
import { hullBounds } from "../../kernel/field/hull-bounds.ts";
import {
	hullField,
	type SilhouetteCone,
} from "../../kernel/field/hull-field.ts";
import { silhouetteDistance } from "../../kernel/image/silhouette-distance.ts";
import { explainedShares, findOddView } from "./agreement.ts";
import { type VisualHullOptions, visualHullOptions } from "./options.ts";

/** Resolutions at which the hull is compared with the masks; the finer one only if the first is empty. */
const CHECK_RESOLUTIONS = [96, 320];
const CHECK_RESOLUTION_MANY_VIEWS = 80;
const MANY_VIEWS = 24;
/** A silhouette explained less than this is worth telling. */
const GOOD_SHARE = 0.93;
/** Views named in that case before the rest is only counted. */
const NAMED_VIEWS = 4;

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
		const cones = await ctx.step("silhouettes", 0.3, (c) =>
			views.map((view, v): SilhouetteCone => {
				c.checkpoint(v / views.length);
				return {
					camera: view.camera,
					silhouette: silhouetteDistance(view.mask, options.tolerance),
				};
			}),
		);
		// (2) Where the object can be at all.
		const bounds = await ctx.step("bounds", 0.2, (c) =>
			hullBounds(cones, c.checkpoint),
		);
		if (bounds === null) throw emptyShape(cones, views, ctx);
		const field = hullField(cones, bounds.box);
		// (3) Whether the views agree.
		await ctx.step("agreement", 0.5, (c) =>
			checkAgreement(field, cones, views, options, c),
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

function checkAgreement(
	field: Field,
	cones: readonly SilhouetteCone[],
	views: readonly View[],
	options: VisualHullOptions,
	ctx: RunContext,
): void {
	const hull = coarseHull(field, views.length, ctx);
	if (hull === null) throw emptyShape(cones, views, ctx);
	const shares = explainedShares(hull, views, (fraction) =>
		ctx.checkpoint(0.5 + 0.5 * fraction),
	);
	let worst = 0;
	for (let v = 1; v < views.length; v++)
		if (shares[v] < shares[worst]) worst = v;
	if (shares[worst] < options.minExplained) {
		const odd = findOddView(cones, views, ctx.checkpoint);
		throw new LunarError(
			"VIEWS_CONTRADICT",
			`together the views explain only ${percent(shares[worst])} of the silhouette in ${views[worst].label} ` +
				`(limit ${percent(options.minExplained)})${agreeWithout(odd, views)}`,
		);
	}
	const weak = [...shares.keys()]
		.filter((v) => shares[v] < GOOD_SHARE)
		.sort((a, b) => shares[a] - shares[b]);
	if (weak.length === 0) return;
	const odd = findOddView(cones, views, ctx.checkpoint);
	const named = weak
		.slice(0, NAMED_VIEWS)
		.map((v) => `${percent(1 - shares[v])} in ${views[v].label}`);
	const rest = weak.length - named.length;
	ctx.notice({
		code: "views-disagree",
		severity: "warning",
		message:
			`the views cut away parts of each other's silhouettes: ${named.join(", ")}` +
			`${rest > 0 ? ` and some in ${rest} more` : ""}${agreeWithout(odd, views)}`,
		remedy:
			"Check this view's name, camera and mask, and that it shows the same object in the same pose.",
		label: views[odd ?? weak[0]].label,
	});
}

function agreeWithout(odd: number | null, views: readonly View[]): string {
	return odd === null ? "" : `; the others agree without ${views[odd].label}`;
}

/** A hull fine enough to compare outlines; null where even a fine grid finds nothing. */
function coarseHull(
	field: Field,
	viewCount: number,
	ctx: RunContext,
): Mesh | null {
	const resolutions =
		viewCount > MANY_VIEWS
			? [CHECK_RESOLUTION_MANY_VIEWS, ...CHECK_RESOLUTIONS]
			: CHECK_RESOLUTIONS;
	for (const resolution of resolutions) {
		const hull = extractSurface(field, { resolution }, (fraction) =>
			ctx.checkpoint(0.5 * fraction),
		);
		if (hull.indices.length > 0) return hull;
	}
	return null;
}

function emptyShape(
	cones: readonly SilhouetteCone[],
	views: readonly View[],
	ctx: RunContext,
): LunarError {
	const blank = views.find((_, v) =>
		cones[v].silhouette.data.every((distance) => distance >= 0),
	);
	if (blank)
		return new LunarError("EMPTY_SHAPE", `the mask of ${blank.label} is empty`);
	const odd = findOddView(cones, views, ctx.checkpoint);
	return new LunarError(
		"EMPTY_SHAPE",
		`no point in space lies inside all ${views.length} silhouettes${agreeWithout(odd, views)}`,
	);
}

function percent(share: number): string {
	return `${Math.round(share * 100)} %`;
}
