import type { Camera } from "../../core/camera.ts";
import type { Image, Mask } from "../../core/image.ts";
import type { Mesh } from "../../core/mesh.ts";
import {
	inSharedMemory,
	mapTask,
	type Task,
	type TaskContext,
} from "../../core/parallel.ts";
import type { Field } from "../../core/shape.ts";
import type { View } from "../../core/view.ts";
import {
	type Lattice,
	latticeField,
	sampleToGrid,
	sharedLattice,
} from "../../kernel/field/grid-field.ts";
import type { SilhouetteCone } from "../../kernel/field/hull-field.ts";
import { CELLS, cropCamera } from "../../kernel/guess/crop-camera.ts";
import {
	type DepthGuess,
	findHollows,
	type HollowOptions,
} from "../../kernel/guess/find-hollows.ts";
import { hullLayers } from "../../kernel/guess/hull-layers.ts";
import { guessInput } from "../../kernel/guess/network-input.ts";
import {
	type CroppedView,
	otherColors,
	unitOf,
} from "../../kernel/guess/other-colors.ts";
import { withSecondOpinion } from "../../kernel/guess/second-opinion.ts";
import { firstDepths, lastDepths } from "../../kernel/guess/surface-layers.ts";
import { CROP_SIZE, cropPicture } from "../../kernel/image/crop-picture.ts";
import { cropRound } from "../../kernel/image/crop-round.ts";
import type { Planes } from "../../kernel/network/planes.ts";
import {
	type DepthTermOptions,
	depthPlanes,
} from "../../kernel/optimize/depth-terms.ts";
import { createRasterMemory } from "../../kernel/raster/rasterize.ts";
import type { Advice } from "./fit-mesh.ts";
import { readViewsModel, type ViewsNetwork } from "./read-views-model.ts";
import { runViewsNetwork } from "./views-network.ts";

/** A view in the frame of the fit. */
export interface GuessView {
	readonly image: Image;
	readonly mask: Mask;
	readonly camera: Camera;
}

/** Where the views' surfaces are thought to be, once there is a fit: with hollows, where there are any, and without. */
export type GuessLook = (
	fit: Mesh,
	heed: DepthTermOptions,
	ctx: TaskContext,
) => Promise<Advice[]>;

/** Points along the hull's longest side, and how near its surface they are exact; world units. */
const RESOLUTION = 64;
const NEAR = 0.05;
/** When a guess speaks of a hollow. Few views: what each says counts for itself, and so does each empty cell. */
const HOLLOW: HollowOptions = {
	least: 0.028,
	leastOdds: 0,
	around: 0,
	leastCells: 1,
	lostSide: 1,
	wrongShare: 1,
};
/** What a network that knows of no hollows says of them: it may doubt their depth, and tells too little of it where it does. */
const UNAWARE = { mostDoubt: 1.4, stretch: 1.4 };
/** What a hollow leaves between itself and the far side; world units. */
const LEAST_WALL = 0.03;
/** With fewer views nothing contradicts a wrong one: four around, .0104 without hollows, .0106 with. */
const LEAST_VIEWS = 6;
/** What that depth is heeded with: however far it may be off, the fit is farther. World units. */
const HOLLOW_DOUBT = 0.005;

/**
 * Two networks that are given each view's picture, a fit, the hull and what the other views show there. They err
 * apart: where they differ neither is heeded much.
 */
export function guessLook(
	hull: Field,
	views: readonly View[],
	cones: readonly SilhouetteCone[],
): GuessLook {
	return async (fit, heed, ctx) => {
		const lattice = sharedLattice(sampleToGrid(hull, RESOLUTION, NEAR));
		const guesses = await guessDepths(
			["views", "hollows"],
			fit,
			lattice,
			views,
			cones,
			ctx,
		);
		const careful = guesses.map(({ camera, depth, doubt }) =>
			depthPlanes(camera, depth, doubt),
		);
		const hollows =
			views.length < LEAST_VIEWS ? [] : findHollows(lattice, guesses, HOLLOW);
		if (!hollows.some((depths) => depths.some((depth) => depth > 0)))
			return [{ ...heed, views: careful }];
		const bold = guesses.map(({ camera, depth, doubt }, v) =>
			depthPlanes(
				camera,
				depth.map((d, at) => hollows[v][at] || d),
				doubt.map((d, at) =>
					hollows[v][at] > 0 ? Math.min(d, HOLLOW_DOUBT) : d,
				),
			),
		);
		return [
			{ ...heed, views: bold },
			{ ...heed, views: careful },
		];
	};
}

/** What a network says of each view; of two the second gives its opinion of the first one's depths. */
export async function guessDepths(
	networks: readonly ViewsNetwork[],
	fit: Mesh,
	hull: Lattice,
	views: readonly View[],
	cones: readonly SilhouetteCone[],
	ctx: TaskContext,
): Promise<DepthGuess[]> {
	const part = (from: number, to: number): TaskContext => ({
		parallel: ctx.parallel,
		checkpoint: (fraction) => ctx.checkpoint?.(from + (to - from) * fraction),
	});
	const prepared = await mapTask(
		cropTask,
		{ fit, hull },
		views.map(
			({ image, mask }, v): GuessView => ({
				image,
				mask,
				camera: cones[v].camera,
			}),
		),
		part(0.1, 0.3),
	);
	return mapTask(
		depthTask,
		{
			networks,
			views: prepared.map(({ view }) => view),
			pictures: prepared.map(({ picture }) => ({
				...picture,
				data: inSharedMemory(picture.data),
			})),
		},
		views.map((_, index) => index),
		part(0.3, 1),
	);
}

interface CropShared {
	readonly fit: Mesh;
	readonly hull: Lattice;
}

interface Prepared {
	readonly view: CroppedView;
	readonly picture: Planes;
}

/** One view cut out, with the fit and the hull along its rays. */
export const cropTask: Task<CropShared, GuessView, Prepared> = {
	module: import.meta.url,
	name: "cropTask",
	open({ fit, hull }) {
		const field = latticeField(hull);
		const memory = createRasterMemory();
		return ({ image, mask, camera }) => {
			const crop = cropRound(mask);
			if (crop === null) throw new RangeError("the mask is empty");
			const cellCamera = cropCamera(camera, crop, CELLS);
			const picture = cropPicture(image, mask, crop);
			return {
				picture,
				view: {
					camera: cropCamera(camera, crop, CROP_SIZE),
					cellCamera,
					picture: straightColors(picture),
					first: firstDepths(fit, cellCamera, memory),
					last: lastDepths(fit, cellCamera, memory),
					...hullLayers(field, cellCamera),
				},
			};
		};
	},
};

interface DepthShared {
	readonly networks: readonly ViewsNetwork[];
	readonly views: readonly CroppedView[];
	readonly pictures: readonly Planes[];
}

/** What the networks say of one view. */
export const depthTask: Task<DepthShared, number, DepthGuess> = {
	module: import.meta.url,
	name: "depthTask",
	open({ networks, views, pictures }) {
		const models = networks.map((network) => ({
			network,
			layers: readViewsModel(network),
		}));
		return (index, checkpoint) => {
			const view = views[index];
			const input = guessInput(view, otherColors(views, index));
			const [own, second] = models.map(({ network, layers }, n) =>
				guessOf(
					network,
					runViewsNetwork(layers, pictures[index], input, (fraction) =>
						checkpoint((n + fraction) / models.length),
					).data,
					view,
				),
			);
			return second ? withSecondOpinion(own, second) : own;
		};
	},
};

/** A network's maps as depths in the world. */
function guessOf(
	network: ViewsNetwork,
	maps: Float32Array, // [4 or 7 × CELLS²]
	view: CroppedView,
): DepthGuess {
	const { first, last, cellCamera } = view;
	const unit = unitOf(view);
	const plane = CELLS * CELLS;
	const depth = new Float32Array(plane);
	const doubt = new Float32Array(plane);
	const odds = new Float32Array(plane);
	const deep = new Float32Array(plane);
	for (let at = 0; at < plane; at++) {
		if (first[at] === 0) continue;
		const behind = maps[at] * unit;
		depth[at] = first[at] + behind;
		doubt[at] = Math.exp(maps[2 * plane + at]) * unit;
		if (network === "hollows") {
			odds[at] = maps[4 * plane + at];
			deep[at] = Math.min(
				first[at] + maps[5 * plane + at] * unit,
				last[at] - LEAST_WALL,
			);
		} else {
			const { mostDoubt, stretch } = UNAWARE;
			odds[at] = Math.log((mostDoubt * Math.max(0, behind)) / doubt[at]);
			deep[at] = first[at] + stretch * behind;
		}
	}
	return { camera: cellCamera, first, depth, doubt, odds, deep };
}

/** 8-bit sRGB with straight alpha of what `cropPicture` gives. */
function straightColors({ data }: Planes): Uint8Array /* [CROP_SIZE² × 4] */ {
	const plane = CROP_SIZE * CROP_SIZE;
	const out = new Uint8Array(plane * 4);
	for (let n = 0; n < plane; n++) {
		const alpha = (data[3 * plane + n] + 1) / 2;
		out[n * 4 + 3] = Math.round(255 * alpha);
		if (alpha === 0) continue;
		for (let c = 0; c < 3; c++)
			out[n * 4 + c] = Math.round(
				255 * (data[c * plane + n] / alpha / 2 + 0.5),
			);
	}
	return out;
}
