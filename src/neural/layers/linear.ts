import { expectShape, type Graph, type Value } from "../graph/graph.ts";
import { gemm } from "../graph/ops.ts";
import type { Weights } from "../graph/weights.ts";

// N tokens, C channels in, O channels out

/** x Wᵀ + b: [N × C] → [N × O]. In 8 bits where the weights are. */
export function linear(g: Graph, x: Value, w: Weights): Value {
	const bias = w.has("bias") ? w.get("bias", [-1]) : null;
	if (w.has("weight_i8")) return linear8(g, x, w, bias);
	return gemm(g, w.path, x, w.get("weight", [-1, x.shape[1]]), bias);
}

/**
 * The same with an 8-bit weight [C × O], a scale per column, and x rounded to 8 bits as it comes (one scale for all
 * of it, found while running).
 */
function linear8(g: Graph, x: Value, w: Weights, bias: Value | null): Value {
	const weight = w.raw("weight_i8");
	expectShape(`${w.path}.weight_i8`, weight, [x.shape[1], -1]);
	const columns = weight.shape[1];
	const scale = w.get("weight_scale", [columns]);
	if (bias !== null) expectShape(`${w.path}.bias`, bias, [columns]);
	return g.node(
		w.path,
		"DynamicQuantizeMatMul",
		bias === null ? [x, weight, scale] : [x, weight, scale, null, bias],
		[x.shape[0], columns],
		{ domain: "com.microsoft" },
	);
}
