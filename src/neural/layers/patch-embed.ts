import type { Graph, Value } from "../graph/graph.ts";
import { reshape, transpose } from "../graph/ops.ts";
import type { Weights } from "../graph/weights.ts";

/** Cuts a picture [3 × H × W] into square patches, row by row, and projects each: [patches × C]. */
export function patchEmbed(g: Graph, image: Value, w: Weights): Value {
	const [channels, inputs, size] = w.shapeOf("weight");
	const weight = w.get("weight", [channels, 3, size, size]);
	const [, height, width] = image.shape;
	const rows = Math.floor(height / size);
	const columns = Math.floor(width / size);
	const patches = g.node(
		w.path,
		"Conv",
		[
			reshape(g, w.path, image, [1, inputs, height, width]),
			weight,
			w.get("bias", [channels]),
		],
		[1, channels, rows, columns],
		{
			attributes: {
				kernel_shape: { ints: [size, size] },
				strides: { ints: [size, size] },
			},
		},
	);
	const flat = reshape(g, w.path, patches, [channels, rows * columns]);
	return transpose(g, w.path, flat, [1, 0]);
}
