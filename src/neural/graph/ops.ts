import type { OnnxAttribute } from "../../formats/onnx/write-onnx.ts";
import { type Graph, misfit, shapeText, type Value } from "./graph.ts";

// Single operators with their shape rules. `at` names the place in the network, for errors and node names.

/** Element by element, with broadcasting as in numpy. */
export function binary(
	g: Graph,
	at: string,
	operator: "Add" | "Sub" | "Mul" | "Div",
	a: Value,
	b: Value,
): Value {
	const rank = Math.max(a.shape.length, b.shape.length);
	const shape = new Array<number>(rank);
	for (let axis = 1; axis <= rank; axis++) {
		const left = a.shape.at(-axis) ?? 1;
		const right = b.shape.at(-axis) ?? 1;
		if (left !== right && left !== 1 && right !== 1)
			throw misfit(
				at,
				`cannot ${operator} ${shapeText(a.shape)} and ${shapeText(b.shape)}`,
			);
		shape[rank - axis] = Math.max(left, right);
	}
	return g.node(at, operator, [a, b], shape);
}

export function add(g: Graph, at: string, a: Value, b: Value): Value {
	return binary(g, at, "Add", a, b);
}

/** a × b over the last two axes. */
export function matmul(g: Graph, at: string, a: Value, b: Value): Value {
	const [rows, inner] = a.shape.slice(-2);
	const [innerB, columns] = b.shape.slice(-2);
	const batch = a.shape.slice(0, -2);
	if (
		inner !== innerB ||
		batch.join() !== b.shape.slice(0, -2).join() ||
		a.shape.length < 2
	)
		throw misfit(
			at,
			`cannot multiply ${shapeText(a.shape)} and ${shapeText(b.shape)}`,
		);
	return g.node(at, "MatMul", [a, b], [...batch, rows, columns]);
}

/** x Wᵀ + b with the weight as PyTorch keeps it: [out × in]. */
export function gemm(
	g: Graph,
	at: string,
	x: Value,
	weight: Value,
	bias: Value | null,
): Value {
	const [tokens, channels] = x.shape;
	const [out, inner] = weight.shape;
	if (
		x.shape.length !== 2 ||
		weight.shape.length !== 2 ||
		channels !== inner ||
		(bias !== null && bias.shape.join() !== String(out))
	)
		throw misfit(
			at,
			`takes ${shapeText(weight.shape)}${bias === null ? "" : ` + ${shapeText(bias.shape)}`}, is given ${shapeText(x.shape)}`,
		);
	return g.node(
		at,
		"Gemm",
		bias === null ? [x, weight] : [x, weight, bias],
		[tokens, out],
		{ attributes: { transB: { int: 1 } } },
	);
}

export function reshape(
	g: Graph,
	at: string,
	x: Value,
	shape: readonly number[],
): Value {
	if (product(x.shape) !== product(shape))
		throw misfit(
			at,
			`cannot become ${shapeText(shape)} from ${shapeText(x.shape)}`,
		);
	const sizes = g.constant(`${at}/shape`, BigInt64Array.from(shape, BigInt), [
		shape.length,
	]);
	return g.node(at, "Reshape", [x, sizes], shape);
}

export function transpose(
	g: Graph,
	at: string,
	x: Value,
	order: readonly number[],
): Value {
	return g.node(
		at,
		"Transpose",
		[x],
		order.map((axis) => x.shape[axis]),
		{ attributes: { perm: { ints: order } } },
	);
}

export function concat(
	g: Graph,
	at: string,
	values: readonly Value[],
	axis: number,
): Value {
	const shape = [...values[0].shape];
	for (const value of values)
		if (
			value.shape.some((size, a) => a !== axis && size !== shape[a]) ||
			value.shape.length !== shape.length
		)
			throw misfit(
				at,
				`cannot join ${shapeText(shape)} and ${shapeText(value.shape)}`,
			);
	shape[axis] = values.reduce((sum, value) => sum + value.shape[axis], 0);
	return g.node(at, "Concat", values, shape, {
		attributes: { axis: { int: axis } },
	});
}

/** Elements `from` to `to` of the first axis. */
export function sliceRows(
	g: Graph,
	at: string,
	x: Value,
	from: number,
	to: number,
): Value {
	const index = (name: string, value: number): Value =>
		g.constant(`${at}/${name}`, BigInt64Array.of(BigInt(value)), [1]);
	return g.node(
		at,
		"Slice",
		[x, index("from", from), index("to", to), index("axis", 0)],
		[to - from, ...x.shape.slice(1)],
	);
}

/** An operator that keeps the shape. */
export function unary(
	g: Graph,
	at: string,
	operator: string,
	x: Value,
	attributes?: Readonly<Record<string, OnnxAttribute>>,
): Value {
	return g.node(at, operator, [x], x.shape, { attributes });
}

function product(shape: readonly number[]): number {
	return shape.reduce((count, size) => count * size, 1);
}
