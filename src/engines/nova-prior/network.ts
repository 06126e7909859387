import type { Checkpoint } from "../../core/run-context.ts";
import { type Convolution, convolve } from "../../kernel/network/convolve.ts";
import {
	addRectified,
	averagePlanes,
	createPlanes,
	doublePlanes,
	mirrorPlanes,
	type Planes,
	shufflePixels,
} from "../../kernel/network/planes.ts";

/** Layers by their names in training/nova_net.py, normalisations folded in. */
export type Layers = ReadonlyMap<string, Convolution>;

/** Residual blocks at 32, 16, 8 and 4 pixels, down and up. As in training/nova_net.py. */
const ENCODER = [1, 2, 3, 1];
const DECODER = [1, 1, 1];
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
	let done = 0;
	const layer = (name: string): Convolution => {
		const found = layers.get(name);
		if (found === undefined) throw new RangeError(`the model has no ${name}`);
		checkpoint(done++ / layers.size);
		return found;
	};
	const relu = (x: Planes, name: string, add?: Planes): Planes =>
		convolve(x, layer(name), { rectify: true, ...(add ? { add } : {}) });
	const blocks = (x: Planes, name: string, count: number): Planes => {
		for (let k = 0; k < count; k++)
			x = relu(relu(x, `${name}.${k}.first`), `${name}.${k}.second`, x);
		return x;
	};

	let x = relu(relu(input, "stem1"), "stem2");
	const kept: Planes[] = [];
	for (let k = 0; k < ENCODER.length; k++) {
		x = blocks(x, `encoder.${k}`, ENCODER[k]);
		if (k === ENCODER.length - 1) break;
		kept.push(x);
		x = relu(x, `down.${k}`);
	}
	const means = { channels: x.channels, height: 1, width: 1 };
	const facts = convolve(
		{ ...means, data: averagePlanes(x) },
		layer("facts"),
	).data;
	for (let k = DECODER.length - 1; k >= 0; k--) {
		const wide = doublePlanes(convolve(x, layer(`up.${k}`)));
		x = blocks(addRectified(wide, kept[k]), `decoder.${k}`, DECODER[k]);
	}
	const last = convolve(relu(x, "head"), layer("maps"));
	const maps = shufflePixels(last, MAPS);
	const thick = maps.data.subarray(maps.data.length / 4, maps.data.length / 2);
	for (let n = 0; n < thick.length; n++) thick[n] = softplus(thick[n]);
	const back = createPlanes(3, last.height, last.width);
	const first = MAPS * 4 * last.height * last.width;
	for (let n = 0; n < back.data.length; n++)
		back.data[n] = 1 / (1 + Math.exp(-last.data[first + n]));
	return { maps, back, facts };
}

function softplus(x: number): number {
	return x > 20 ? x : Math.log1p(Math.exp(x));
}
