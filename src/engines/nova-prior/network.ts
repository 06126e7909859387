import type { Checkpoint } from "../../core/run-context.ts";
import { convolve } from "../../kernel/network/convolve.ts";
import type { Layers } from "../../kernel/network/parse-layers.ts";
import {
	averagePlanes,
	createPlanes,
	mirrorPlanes,
	type Planes,
	shufflePixels,
} from "../../kernel/network/planes.ts";
import { layerRunner, runUNet, softplus } from "../../kernel/network/u-net.ts";

const MAPS = 4;

/** What the network says about one picture. Depths in crop half sides towards the viewer. */
export interface Prediction {
	/** Middle of the two surfaces, thickness, and the logarithms of how far each may be off. */
	readonly maps: Planes; // 4 × 64 × 64
	/** Colour of the back seen along the same rays, sRGB, 0–1. */
	readonly back: Planes; // 3 × 32 × 32
	/** Of the camera above the horizon, radians. */
	readonly elevation: number;
	/** Half the depth from the nearest to the farthest point, crop half sides. */
	readonly halfExtent: number;
	/** Crop half side by the camera's distance. */
	readonly halfAngle: number;
}

/** The picture and its mirror image; the mean of both answers. */
export function predict(
	layers: Layers,
	input: Planes, // 4 × 128 × 128
	checkpoint?: Checkpoint,
): Prediction {
	const straight = run(layers, input, (f) => checkpoint?.(f / 2));
	const mirrored = run(layers, mirrorPlanes(input), (f) =>
		checkpoint?.(0.5 + f / 2),
	);
	const mean = (a: Planes, b: Planes): Planes => ({
		...a,
		data: a.data.map((value, n) => (value + b.data[n]) / 2),
	});
	const fact = (k: number): number =>
		(straight.facts[k] + mirrored.facts[k]) / 2;
	return {
		maps: mean(straight.maps, mirrorPlanes(mirrored.maps)),
		back: mean(straight.back, mirrorPlanes(mirrored.back)),
		elevation: fact(0),
		halfExtent: Math.exp(fact(1)),
		halfAngle: Math.exp(fact(2)),
	};
}

function run(
	layers: Layers,
	input: Planes,
	checkpoint: Checkpoint,
): { maps: Planes; back: Planes; facts: Float32Array } {
	const runner = layerRunner(layers, checkpoint);
	const { layer, relu } = runner;
	const { smallest, last: fine } = runUNet(
		runner,
		relu(relu(input, "stem1"), "stem2"),
	);
	const means = { channels: smallest.channels, height: 1, width: 1 };
	const facts = convolve(
		{ ...means, data: averagePlanes(smallest) },
		layer("facts"),
	).data;
	const last = convolve(relu(fine, "head"), layer("maps"));
	const maps = shufflePixels(last, MAPS);
	const thick = maps.data.subarray(maps.data.length / 4, maps.data.length / 2);
	for (let n = 0; n < thick.length; n++) thick[n] = softplus(thick[n]);
	const back = createPlanes(3, last.height, last.width);
	const first = MAPS * 4 * last.height * last.width;
	for (let n = 0; n < back.data.length; n++)
		back.data[n] = 1 / (1 + Math.exp(-last.data[first + n]));
	return { maps, back, facts };
}
