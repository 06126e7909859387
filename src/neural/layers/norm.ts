import type { Graph, Value } from "../graph/graph.ts";
import { binary, reshape } from "../graph/ops.ts";
import type { Weights } from "../graph/weights.ts";

// N tokens, C channels

/** Layer normalisation over channels: [N × C] → [N × C]. */
export function layerNorm(
	g: Graph,
	x: Value,
	w: Weights,
	epsilon: number,
): Value {
	const channels = x.shape[x.shape.length - 1];
	return g.node(
		w.path,
		"LayerNormalization",
		[x, w.get("weight", [channels]), w.get("bias", [channels])],
		x.shape,
		{ attributes: { axis: { int: -1 }, epsilon: { float: epsilon } } },
	);
}

/** Group normalisation, statistics over the channels of a group and all tokens: [C × N] → [C × N]. */
export function groupNorm(
	g: Graph,
	x: Value,
	w: Weights,
	groups: number,
	epsilon: number,
): Value {
	const [channels, tokens] = x.shape;
	const at = w.path;
	const grouped = reshape(g, at, x, [1, groups, (channels / groups) * tokens]);
	const normed = g.node(
		at,
		"InstanceNormalization",
		[
			grouped,
			g.constant(`${at}/one`, new Float32Array(groups).fill(1), [groups]),
			g.constant(`${at}/zero`, new Float32Array(groups), [groups]),
		],
		grouped.shape,
		{ attributes: { epsilon: { float: epsilon } } },
	);
	const flat = reshape(g, at, normed, [channels, tokens]);
	const column = (name: string): Value =>
		reshape(g, `${at}.${name}`, w.get(name, [channels]), [channels, 1]);
	const scaled = binary(g, at, "Mul", flat, column("weight"));
	return binary(g, at, "Add", scaled, column("bias"));
}
