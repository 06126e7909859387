import type { Checkpoint } from "../../core/run-context.ts";
import { convolve } from "../../kernel/network/convolve.ts";
import type { Layers } from "../../kernel/network/parse-layers.ts";
import { type Planes, shufflePixels } from "../../kernel/network/planes.ts";
import { layerRunner, runUNet, softplus } from "../../kernel/network/u-net.ts";

const MAPS = 4;

/**
 * What training/views_net.py says of one view, in units of the view: how far the front lies behind
 * the hull and the back before it, and the logarithm of how far each may be off.
 */
export function predictHollows(
	layers: Layers,
	picture: Planes, // 4 × 128 × 128
	hull: Planes, // 20 × 64 × 64
	checkpoint: Checkpoint,
): Planes /* 4 × 64 × 64 */ {
	const runner = layerRunner(layers, checkpoint);
	const { layer, relu } = runner;
	const seen = relu(relu(picture, "stem1"), "stem2");
	const { last } = runUNet(runner, relu(relu(hull, "hull1"), "hull2", seen));
	const maps = shufflePixels(convolve(relu(last, "head"), layer("maps")), MAPS);
	const half = maps.data.length / 2;
	for (let n = 0; n < half; n++) maps.data[n] = softplus(maps.data[n]);
	return maps;
}
