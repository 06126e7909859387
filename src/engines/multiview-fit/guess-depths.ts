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
} from "../../kernel/guess/find-hollows.ts";
import { hullLayers } from "../../kernel/guess/hull-layers.ts";
import { guessInput } from "../../kernel/guess/network-input.ts";
import {
	type CroppedView,
	otherColors,
	unitOf,
} from "../../kernel/guess/other-colors.ts";
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
import { readViewsModel } from "./read-views-model.ts";
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
/** When a guess speaks of a hollow: the network may doubt its depth, and tells too little of it where it does. */
const HOLLOW = { least: 0.02, mostDoubt: 1.4, stretch: 1.4 };
/** With fewer views nothing contradicts a wrong one: four around, .0104 without hollows, .0106 with. */
const LEAST_VIEWS = 6;
/** What that depth is heeded with: however far it may be off, the fit is farther. World units. */
const HOLLOW_DOUBT = 0.005;

/**
 * A network, trained on procedural objects, that is given each view's picture, a fit, the hull and
 * what the other views show there.
 */
export function guessLook(
	hull: Field,
	views: readonly View[],
	cones: readonly SilhouetteCone[],
): GuessLook {
	const inputs = views.map(
		({ image, mask }, v): GuessView => ({
			image,
			mask,
			camera: cones[v].camera,
		}),
	);
	return async (fit, heed, ctx) => {
		const part = (from: number, to: number): TaskContext => ({
			parallel: ctx.parallel,
			checkpoint: (fraction) => ctx.checkpoint?.(from + (to - from) * fraction),
		});
		const lattice = sharedLattice(sampleToGrid(hull, RESOLUTION, NEAR));
		const prepared = await mapTask(
			cropTask,
			{ fit, hull: lattice },
			inputs,
			part(0.1, 0.3),
		);
		const guesses = await mapTask(
			depthTask,
			{
				views: prepared.map(({ view }) => view),
				pictures: prepared.map(({ picture }) => ({
					...picture,
					data: inSharedMemory(picture.data),
				})),
			},
			views.map((_, index) => index),
			part(0.3, 1),
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
	readonly views: readonly CroppedView[];
	readonly pictures: readonly Planes[];
}

/** What the network says of one view. */
export const depthTask: Task<DepthShared, number, DepthGuess> = {
	module: import.meta.url,
	name: "depthTask",
	open({ views, pictures }) {
		const layers = readViewsModel();
		return (index, checkpoint) => {
			const view = views[index];
			const { first, cellCamera } = view;
			const unit = unitOf(view);
			const { data } = runViewsNetwork(
				layers,
				pictures[index],
				guessInput(view, otherColors(views, index)),
				checkpoint,
			);
			const plane = CELLS * CELLS;
			const depth = new Float32Array(plane);
			const doubt = new Float32Array(plane);
			for (let at = 0; at < plane; at++) {
				if (first[at] === 0) continue;
				depth[at] = first[at] + data[at] * unit;
				doubt[at] = Math.exp(data[2 * plane + at]) * unit;
			}
			return { camera: cellCamera, first, depth, doubt };
		};
	},
};

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
