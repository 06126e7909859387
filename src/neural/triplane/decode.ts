import type { DenseLayer } from "./triplane.ts";

/**
 * The decoder after its first linear layer: SiLU between linear layers, none after the last.
 * The plain version: the reference for the graph that a runtime runs, and good for few points.
 */
export function decodePlain(
	layers: readonly DenseLayer[], // after the first
	summed: Float32Array, // [count × H] what the first neurons receive
	out: Float32Array, // [count × outputs of the last layer]
	count: number,
): void {
	const width = Math.max(...layers.map(({ bias }) => bias.length));
	let inputs = layers[0].weight.length / layers[0].bias.length;
	const neurons = inputs;
	let current = new Float32Array(Math.max(width, neurons));
	let next = new Float32Array(Math.max(width, neurons));
	for (let n = 0; n < count; n++) {
		inputs = neurons;
		for (let h = 0; h < neurons; h++) current[h] = summed[n * neurons + h];
		for (const { weight, bias } of layers) {
			for (let i = 0; i < inputs; i++)
				current[i] = current[i] / (1 + Math.exp(-current[i]));
			for (let o = 0; o < bias.length; o++) {
				let sum = bias[o];
				for (let i = 0; i < inputs; i++)
					sum += weight[o * inputs + i] * current[i];
				next[o] = sum;
			}
			[current, next] = [next, current];
			inputs = bias.length;
		}
		for (let o = 0; o < inputs; o++) out[n * inputs + o] = current[o];
	}
}
