import { type Graph, misfit, type Value } from "../graph/graph.ts";
import {
	binary,
	concat,
	matmul,
	reshape,
	sliceRows,
	transpose,
	unary,
} from "../graph/ops.ts";

// S queries, L keys, H heads, D channels per head

/** Largest buffer of scores in the plain form: every WebGPU device binds at least this much at once. */
const MAX_SCORE_BYTES = 2 ** 27;

/** softmax(q kᵀ / √D) v per head, without a mask: q [S × H·D], k and v [L × H·D] → [S × H·D]. */
export function attention(
	g: Graph,
	at: string,
	q: Value,
	k: Value,
	v: Value,
	heads: number,
): Value {
	const [queries, channels] = q.shape;
	const keys = k.shape[0];
	if (
		channels % heads !== 0 ||
		k.shape[1] !== channels ||
		v.shape.join() !== k.shape.join()
	)
		throw misfit(
			at,
			`cannot attend with ${heads} heads from ${channels} channels to ${k.shape[1]} and ${v.shape[1]}`,
		);
	return g.attention === "fused"
		? fused(g, at, q, k, v, heads)
		: plain(g, at, q, k, v, { heads, queries, keys });
}

function fused(
	g: Graph,
	at: string,
	q: Value,
	k: Value,
	v: Value,
	heads: number,
): Value {
	const batched = (x: Value): Value => reshape(g, at, x, [1, ...x.shape]);
	const out = g.node(
		at,
		"MultiHeadAttention",
		[batched(q), batched(k), batched(v)],
		[1, ...q.shape],
		{ domain: "com.microsoft", attributes: { num_heads: { int: heads } } },
	);
	return reshape(g, at, out, q.shape);
}

/** As many heads at a time as the scores fit. */
function plain(
	g: Graph,
	at: string,
	q: Value,
	k: Value,
	v: Value,
	{ heads, queries, keys }: { heads: number; queries: number; keys: number },
): Value {
	const width = q.shape[1] / heads;
	const perGroup = Math.max(
		1,
		Math.min(heads, Math.floor(MAX_SCORE_BYTES / (queries * keys * 4))),
	);
	const scale = g.constant(
		`${at}/scale`,
		Float32Array.of(1 / Math.sqrt(width)),
		[],
	);
	const byHead = (x: Value, order: readonly number[]): Value =>
		transpose(g, at, reshape(g, at, x, [x.shape[0], heads, width]), order);
	const qByHead = byHead(binary(g, at, "Mul", q, scale), [1, 0, 2]); // [H × S × D]
	const kByHead = byHead(k, [1, 2, 0]); // [H × D × L]
	const vByHead = byHead(v, [1, 0, 2]); // [H × L × D]
	const groups: Value[] = [];
	for (let head = 0; head < heads; head += perGroup) {
		const end = Math.min(heads, head + perGroup);
		const part = (x: Value): Value =>
			end - head === heads ? x : sliceRows(g, at, x, head, end);
		const scores = matmul(g, at, part(qByHead), part(kByHead));
		const shares = unary(g, at, "Softmax", scores, { axis: { int: -1 } });
		groups.push(matmul(g, at, shares, part(vByHead)));
	}
	const out = groups.length === 1 ? groups[0] : concat(g, at, groups, 0);
	return reshape(g, at, transpose(g, at, out, [1, 0, 2]), q.shape);
}
