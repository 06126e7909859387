import { type Graph, misfit, type Value } from "../graph/graph.ts";
import { binary, gemm, unary } from "../graph/ops.ts";
import type { Weights } from "../graph/weights.ts";
import { linear } from "./linear.ts";

// N tokens, C channels

/** x Φ(x) with the exact error function. */
export function gelu(g: Graph, at: string, x: Value): Value {
	return unary(g, at, "Gelu", x);
}

/**
 * One projection to twice the width, half of which gates the other: a · gelu(b) (Shazeer, 2020). The two halves are
 * rows of one weight, so they are two products and nothing is cut apart while running.
 */
export function geglu(g: Graph, x: Value, w: Weights): Value {
	const [value, gate] = w.has("value.weight_i8")
		? [linear(g, x, w.at("value")), linear(g, x, w.at("gate"))]
		: halves(g, x, w);
	return binary(g, w.path, "Mul", value, gelu(g, w.path, gate));
}

function halves(g: Graph, x: Value, w: Weights): [Value, Value] {
	const rows = w.shapeOf("weight")[0] ?? 0;
	if (rows % 2 !== 0)
		throw misfit(
			`${w.path}.weight`,
			`has ${rows} rows; an even count is needed`,
		);
	const half = (from: number): Value =>
		gemm(
			g,
			w.path,
			x,
			w.rows("weight", from, from + rows / 2),
			w.has("bias") ? w.rows("bias", from, from + rows / 2) : null,
		);
	return [half(0), half(rows / 2)];
}
