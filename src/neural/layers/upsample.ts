import type { Graph, Value } from "../graph/graph.ts";
import { add, matmul, reshape, transpose } from "../graph/ops.ts";
import type { Weights } from "../graph/weights.ts";

// P planes, S side of a plane, C channels in, O channels out

/**
 * Transposed convolution with a kernel as large as its step: pixels do not overlap, so it is one product and a
 * rearrangement. Tokens [P·S·S × C] → [P × O × kS × kS].
 */
export function upsample(
	g: Graph,
	tokens: Value,
	w: Weights,
	planes: number,
): Value {
	const [channels, out, kernel] = w.shapeOf("weight");
	const side = Math.sqrt(tokens.shape[0] / planes);
	const weight = reshape(
		g,
		`${w.path}.weight`,
		w.get("weight", [tokens.shape[1], out, kernel, kernel]),
		[channels, out * kernel * kernel],
	);
	const pixels = reshape(g, w.path, matmul(g, w.path, tokens, weight), [
		planes,
		side,
		side,
		out,
		kernel,
		kernel,
	]);
	const picture = reshape(
		g,
		w.path,
		transpose(g, w.path, pixels, [0, 3, 1, 4, 2, 5]),
		[planes, out, side * kernel, side * kernel],
	);
	const bias = reshape(g, `${w.path}.bias`, w.get("bias", [out]), [out, 1, 1]);
	return add(g, w.path, picture, bias);
}
