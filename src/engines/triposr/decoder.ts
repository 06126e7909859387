import { type Checkpoint, readFloats } from "../../neural/checkpoint.ts";
import { createGraph, misfit } from "../../neural/graph/graph.ts";
import { weightsOf } from "../../neural/graph/weights.ts";
import { linear } from "../../neural/layers/linear.ts";
import type { NeuralModel } from "../../neural/runtime.ts";
import type { DenseLayer } from "../../neural/triplane/triplane.ts";

// The decoder of TripoSR: linear layers with SiLU between them, from the features of a point to its
// raw density and colour. The first layer is applied to the planes instead (see triplane.ts).

/** Points decoded at once. */
export const DECODER_ROWS = 4096;
/** Raw density, red, green, blue. */
export const DECODER_OUTPUTS = 4;

/** The first linear layer. */
export async function readFirstLayer(
	checkpoint: Checkpoint,
): Promise<DenseLayer> {
	return {
		weight: await readFloats(checkpoint, "decoder.layers.0.weight"),
		bias: await readFloats(checkpoint, "decoder.layers.0.bias"),
	};
}

/** The layers after it: `summed` [rows × H] → `decoded` [rows × 4]. */
export function tripoSrDecoder(
	checkpoint: Checkpoint,
	neurons: number,
	rows: number = DECODER_ROWS,
): NeuralModel {
	return {
		name: "TripoSR decoder",
		build(form) {
			const g = createGraph("TripoSR decoder", form);
			const layers = weightsOf(g, checkpoint, "decoder.layers");
			const numbers = layers
				.parts()
				.map(Number)
				.sort((a, b) => a - b)
				.slice(1);
			let x = g.input("summed", [rows, neurons]);
			for (const number of numbers) {
				const layer = layers.at(String(number));
				// SiLU is this operator with α = 1.
				const bent = g.node(layer.path, "QuickGelu", [x], x.shape, {
					domain: "com.microsoft",
					attributes: { alpha: { float: 1 } },
				});
				x = linear(g, bent, layer);
			}
			if (x.shape[1] !== DECODER_OUTPUTS)
				throw misfit(
					layers.path,
					`ends in ${x.shape[1]} numbers a point, expected ${DECODER_OUTPUTS}`,
				);
			g.output("decoded", x);
			return g.finish();
		},
	};
}
