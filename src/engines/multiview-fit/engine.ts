import type { Engine } from "../../core/engine.ts";
import type { Mesh } from "../../core/mesh.ts";
import {
	INLINE,
	inSharedMemory,
	mapLarge,
	mapTask,
} from "../../core/parallel.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import type { Field, Shape } from "../../core/shape.ts";
import { extractSurface } from "../../kernel/field/extract-surface.ts";
import { hullBounds } from "../../kernel/field/hull-bounds.ts";
import {
	hullField,
	type SilhouetteCone,
} from "../../kernel/field/hull-field.ts";
import {
	agreementTask,
	emptyHull,
	judgeAgreement,
} from "../../kernel/field/require-agreement.ts";
import { colorPyramidTask } from "../../kernel/image/color-pyramid.ts";
import { silhouetteTask } from "../../kernel/image/silhouette-task.ts";
import { keepComponents } from "../../kernel/mesh/components.ts";
import { smoothTaubin } from "../../kernel/mesh/smooth.ts";
import { untangle } from "../../kernel/mesh/untangle.ts";
import { FEW_WEIGHTS, fitFewViews } from "./fit-few.ts";
import { fitManyViews } from "./fit-many.ts";
import { guessLook } from "./guess-depths.ts";
import {
	beginRungs,
	type Ladder,
	ladderField,
	ladderResolutions,
	type Rung,
	rungTask,
} from "./hull-ladder.ts";
import { type MultiviewFitOptions, multiviewFitOptions } from "./options.ts";
import { slenderAsIn } from "./plate-weight.ts";
import { PRESET } from "./presets.ts";
import { findOpenLine, roundedBox } from "./round-off.ts";
import { spreadViews } from "./spread-views.ts";
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
/** Of more views than this all make the hull, and as many, from all sides, the rest. */
const MOST_FITTED = 32;
/** Of more views than this, silhouettes are kept at half of their detail at most: memory. */
const MANY_SILHOUETTES = 64;
const SMALL_SILHOUETTE = 512;
const PYRAMID_LEVELS = 5;
/** Takes the grid's steps off a rounded hull. */
const ROUNDED = { passes: 12 };

export const multiviewFit: Engine<MultiviewFitOptions> = {
	id: "multiview-fit",
	title: "Multi-view fit",
	summary:
		"A smooth surface fitted to all outlines and to the colours that views share. More accurate than the hull it starts from.",
	options: multiviewFitOptions,
	needs: { views: [2, 200], weights: [], memoryMB: 900 },
	licence: { name: "MIT", commercial: "yes" },

	async reconstruct(views, options, ctx): Promise<Shape> {
		const preset = PRESET[options.preset];
		// (1) How far each point of each picture is from the outline.
		const silhouettes = await ctx.step("silhouettes", 0.08, (c) =>
			mapTask(
				silhouetteTask,
				{
					widenBy: 0,
					...(views.length > MANY_SILHOUETTES
						? { maxSide: SMALL_SILHOUETTE }
						: {}),
				},
				views.map(({ mask }) => mask),
				c,
			),
		);
		const seen = silhouettes.map(
			(silhouette, v): SilhouetteCone => ({
				camera: views[v].camera,
				silhouette: { ...silhouette, data: inSharedMemory(silhouette.data) },
			}),
		);
		// (2) Where the object can be at all, and whether the views agree on it.
		const bounds = await ctx.step("bounds", 0.07, (c) =>
			hullBounds(seen, c.checkpoint),
		);
		if (bounds === null) throw emptyHull(seen, views, ctx.checkpoint);
		const { parallel = INLINE } = ctx;
		using agreement = parallel.begin(
			agreementTask,
			{ cones: seen, box: bounds.box },
			[views.map(({ mask, camera }) => ({ mask, camera }))],
		);
		if (bounds.cut)
			ctx.notice({
				code: "hull-unbounded",
				severity: "warning",
				message: "the views leave the object's depth open; it is a guess",
				remedy: "Add a view from another side.",
			});
		// (3) The hull, in a frame where the object has size 1.
		const worldHull = hullField(seen, bounds.box);
		const line = bounds.cut ? findOpenLine(worldHull, seen) : null;
		const box = line ? roundedBox(bounds.box, line) : bounds.box;
		const frame = unitFrameOf(box);
		const cones = seen.map(({ camera, silhouette }) => ({
			camera: cameraToUnit(camera, frame),
			silhouette,
		}));
		const unitBox = boxToUnit(box, frame);
		const ladder: Ladder = {
			cones,
			box: unitBox,
			line: line && findOpenLine(hullField(cones, unitBox), cones),
			leastPlate: FEW_WEIGHTS.leastPlate,
			byChords: true,
		};
		const field = ladderField(ladder);
		const many = views.length >= MANY_VIEWS;
		const resolutions = await ctx.step("hull", 0.07, (c) =>
			many
				? []
				: ladderResolutions(
						field,
						{ ...preset.few, count: preset.few.steps.length },
						c.checkpoint,
					),
		);
		const [coarse, ...fine] = resolutions.map((resolution, n) => ({
			resolution,
			isFinest: n > 0 && n === resolutions.length - 1,
		}));
		// Other threads make the finer ones beside the fit on the coarsest, which needs the finest last.
		using finerRungs = beginRungs(ladder, fine, parallel);
		const { finer } = finerRungs;
		const first = await ctx.step("first hull", 0.03, (c) => {
			if (many) return extractHull(field, preset.vertexCount, c.checkpoint);
			return coarse && rungTask.open(ladder)(coarse, c.checkpoint);
		});
		// Other threads look for contradictions meanwhile.
		const shown = spreadViews(
			cones.map(({ camera }) => camera),
			MOST_FITTED,
		);
		const colored = preset.colors
			? await ctx.step("colours", 0.02, async (c) => {
					const pyramids = await mapLarge(
						colorPyramidTask,
						PYRAMID_LEVELS,
						shown.length,
						(n) => ({
							image: views[shown[n]].image,
							mask: views[shown[n]].mask,
						}),
						c,
					);
					return shown.map((v, n) => ({
						camera: cones[v].camera,
						levels: pyramids[n],
					}));
				})
			: undefined;
		await ctx.step("agreement", 0.05, async (c) => {
			const [shares] = await agreement.finish(c.checkpoint);
			judgeAgreement(
				shares,
				seen,
				views,
				options.minExplained,
				c.notice,
				c.checkpoint,
			);
		});
		if (!first || first.hull.indices.length === 0)
			throw emptyHull(seen, views, ctx.checkpoint);
		const finest = async (): Promise<Mesh> =>
			((await finer.at(-1)?.()) ?? first).hull;
		await ctx.preview?.({
			kind: "mesh",
			mesh: meshFromUnit(await finest(), frame),
		});
		// (4) The surface at peace with outlines, colours and a thin plate.
		const look =
			options.learned && colored && !many
				? guessLook(field, views, cones)
				: undefined;
		const fitted = await ctx.step("fit", 0.63, async (c) => {
			// Nothing holds the surface along an open line: a fit would drift along it.
			if (ladder.line) return smoothTaubin(await finest(), ROUNDED);
			return many
				? fitManyViews(
						{
							hull: first.hull,
							field,
							cones: shown.map((v) => cones[v]),
							views: shown.map((v) => views[v]),
							colored,
							ladder,
							resolution: Math.round(1 / first.spacing),
						},
						preset,
						options.learned,
						c,
					)
				: fitFewViews(
						first,
						finer,
						field,
						cones,
						views,
						colored,
						preset,
						look,
						c,
					);
		});
		// (5) Folds smoothed away; where a slender part is folded, it goes back to the hull.
		const last = await finer.at(-1)?.();
		const mesh = await ctx.step("untangle", 0.05, (c) =>
			untangle(
				fitted,
				c.checkpoint,
				last && fitted.indices === last.hull.indices
					? { reference: slenderAsIn(last.hull, fitted, last.plateWeight) }
					: {},
			),
		);
		return { kind: "mesh", mesh: meshFromUnit(mesh, frame) };
	},
};

/** The hull on a grid so fine that it has about the wanted vertices: thin objects need finer grids. */
function extractHull(
	field: Field,
	vertexCount: number,
	checkpoint: Checkpoint,
): Pick<Rung, "hull" | "spacing"> {
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
	return { hull, spacing: 1 / resolution };
}
