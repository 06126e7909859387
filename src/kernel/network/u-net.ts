import type { Checkpoint } from "../../core/run-context.ts";
import { type Convolution, convolve } from "./convolve.ts";
import type { Layers } from "./parse-layers.ts";
import { addRectified, doublePlanes, type Planes } from "./planes.ts";

/** Residual blocks at 32, 16, 8 and 4 pixels, down and up. As in training/nova_net.py. */
const ENCODER = [1, 2, 3, 1];
const DECODER = [1, 1, 1];

/** Runs layers by their names. */
export interface LayerRunner {
	layer(name: string): Convolution;
	/** The layer, something added, negative values cut off. */
	relu(x: Planes, name: string, add?: Planes): Planes;
}

export function layerRunner(
	layers: Layers,
	checkpoint: Checkpoint,
): LayerRunner {
	let done = 0;
	const layer = (name: string): Convolution => {
		const found = layers.get(name);
		if (found === undefined) throw new RangeError(`the model has no ${name}`);
		checkpoint(done++ / layers.size);
		return found;
	};
	return {
		layer,
		relu: (x, name, add) =>
			convolve(x, layer(name), { rectify: true, ...(add ? { add } : {}) }),
	};
}

/**
 * The trunk of our networks: residual blocks on the way down to 4 pixels and up again, each level
 * joined by what it was on the way down (Ronneberger et al., 2015; He et al., 2016).
 */
export function runUNet(
	{ layer, relu }: LayerRunner,
	input: Planes, // at 32 pixels
): { readonly smallest: Planes; readonly last: Planes } {
	const blocks = (x: Planes, name: string, count: number): Planes => {
		for (let k = 0; k < count; k++)
			x = relu(relu(x, `${name}.${k}.first`), `${name}.${k}.second`, x);
		return x;
	};
	let x = input;
	const kept: Planes[] = [];
	for (let k = 0; k < ENCODER.length; k++) {
		x = blocks(x, `encoder.${k}`, ENCODER[k]);
		if (k === ENCODER.length - 1) break;
		kept.push(x);
		x = relu(x, `down.${k}`);
	}
	const smallest = x;
	for (let k = DECODER.length - 1; k >= 0; k--) {
		const wide = doublePlanes(convolve(x, layer(`up.${k}`)));
		x = blocks(addRectified(wide, kept[k]), `decoder.${k}`, DECODER[k]);
	}
	return { smallest, last: x };
}

/** log(1 + eˣ). */
export function softplus(x: number): number {
	return x > 20 ? x : Math.log1p(Math.exp(x));
}
