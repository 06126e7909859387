import type { Engine } from "../../core/engine.ts";
import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import type { Field, Shape } from "../../core/shape.ts";
import { extractSurface } from "../../kernel/field/extract-surface.ts";
import { hullBounds } from "../../kernel/field/hull-bounds.ts";
import {
	hullField,
	type SilhouetteCone,
} from "../../kernel/field/hull-field.ts";
import {
	emptyHull,
	requireAgreement,
} from "../../kernel/field/require-agreement.ts";
import { colorPyramid } from "../../kernel/image/color-pyramid.ts";
import { silhouetteDistance } from "../../kernel/image/silhouette-distance.ts";
import { keepComponents } from "../../kernel/mesh/components.ts";
import { untangle } from "../../kernel/mesh/untangle.ts";
import { fitFewViews } from "./fit-few.ts";
import { fitManyViews } from "./fit-many.ts";
import { type MultiviewFitOptions, multiviewFitOptions } from "./options.ts";
import { PRESET } from "./presets.ts";
import {
	boxToUnit,
	cameraToUnit,
	meshFromUnit,
	unitFrameOf,
} from "./unit-frame.ts";

/** Pieces of the hull with less area than this share of the largest are crumbs of the masks. */
const CRUMB_SHARE = 0.005;
/** Cells along the longest side of the first grid, and the most that a thin object gets. */
const LEAST_RESOLUTION = 48;
const MOST_RESOLUTION = 96;
/** From here on neighbouring views see enough in common for stereo. */
const MANY_VIEWS = 12;
const PYRAMID_LEVELS = 5;

export const multiviewFit: Engine<MultiviewFitOptions> = {
	id: "multiview-fit",
	title: "Multi-view fit",
	summary:
		"A smooth surface fitted to all outlines and to the colours that views share. More accurate than the hull it starts from.",
	options: multiviewFitOptions,
	needs: { views: [2, 32], weights: [], memoryMB: 600 },
	licence: { name: "MIT", commercial: "yes" },

	async reconstruct(views, options, ctx): Promise<Shape> {
		const preset = PRESET[options.preset];
		// (1) How far each point of each picture is from the outline.
		const seen = await ctx.step("silhouettes", 0.08, (c) =>
			views.map((view, v): SilhouetteCone => {
				c.checkpoint(v / views.length);
				return {
					camera: view.camera,
					silhouette: silhouetteDistance(view.mask),
				};
			}),
		);
		// (2) Where the object can be at all, and whether the views agree on it.
		const bounds = await ctx.step("bounds", 0.07, (c) =>
			hullBounds(seen, c.checkpoint),
		);
		if (bounds === null) throw emptyHull(seen, views, ctx.checkpoint);
		await ctx.step("agreement", 0.05, (c) =>
			requireAgreement(
				hullField(seen, bounds.box),
				seen,
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
		// (3) The hull, in a frame where the object has size 1.
		const frame = unitFrameOf(bounds.box);
		const cones = seen.map(({ camera, silhouette }) => ({
			camera: cameraToUnit(camera, frame),
			silhouette,
		}));
		const field = hullField(cones, boxToUnit(bounds.box, frame));
		const { hull, resolution } = await ctx.step("hull", 0.1, async (c) => {
			const found = extractHull(field, preset.vertexCount, c.checkpoint);
			const mesh = meshFromUnit(found.hull, frame);
			await c.preview?.({ kind: "mesh", mesh });
			return found;
		});
		if (hull.indices.length === 0) throw emptyHull(seen, views, ctx.checkpoint);
		// (4) The surface at peace with outlines, colours and a thin plate.
		const colored = preset.colors
			? views.map(({ image, mask }, v) => ({
					camera: cones[v].camera,
					levels: colorPyramid(image, mask, PYRAMID_LEVELS),
				}))
			: undefined;
		const fitted = await ctx.step("fit", 0.65, (c) =>
			views.length < MANY_VIEWS
				? fitFewViews(
						hull,
						field,
						cones,
						views,
						colored,
						resolution,
						preset,
						c.checkpoint,
					)
				: fitManyViews(
						hull,
						field,
						cones,
						views,
						colored,
						resolution,
						preset,
						c,
					),
		);
		// (5) Folds smoothed away.
		const mesh = await ctx.step("untangle", 0.05, (c) =>
			untangle(fitted, c.checkpoint),
		);
		return { kind: "mesh", mesh: meshFromUnit(mesh, frame) };
	},
};

/** The hull on a grid so fine that it has about the wanted vertices: thin objects need finer grids. */
function extractHull(
	field: Field,
	vertexCount: number,
	checkpoint: Checkpoint,
): { hull: Mesh; resolution: number } {
	const extract = (resolution: number): Mesh =>
		keepComponents(
			extractSurface(field, { resolution }, checkpoint),
			CRUMB_SHARE,
		);
	let resolution = LEAST_RESOLUTION;
	let hull = extract(resolution);
	const count = Math.max(1, hull.positions.length / 3);
	const wanted = Math.min(
		MOST_RESOLUTION,
		Math.round(resolution * Math.sqrt(vertexCount / count)),
	);
	if (wanted > resolution) {
		resolution = wanted;
		hull = extract(resolution);
	}
	return { hull, resolution };
}
