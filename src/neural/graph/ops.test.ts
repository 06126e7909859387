import { describe, expect, it } from "vitest";
import { attention } from "../layers/attention.ts";
import { createGraph, type Graph, type Value } from "./graph.ts";
import { binary, concat, gemm, matmul, reshape } from "./ops.ts";

const AT = "backbone.blocks.3.attn1.to_q";

describe("shapes are checked while building", () => {
	const cases: [
		string,
		(g: Graph, v: (...shape: number[]) => Value) => Value,
	][] = [
		["matmul", (g, v) => matmul(g, AT, v(3, 4), v(5, 6))],
		["gemm", (g, v) => gemm(g, AT, v(3, 4), v(8, 5), null)],
		["a bias", (g, v) => gemm(g, AT, v(3, 4), v(8, 4), v(7))],
		["a sum", (g, v) => binary(g, AT, "Add", v(3, 4), v(3, 5))],
		["reshape", (g, v) => reshape(g, AT, v(3, 4), [5])],
		["concat", (g, v) => concat(g, AT, [v(3, 4), v(3, 5)], 0)],
		["heads", (g, v) => attention(g, AT, v(3, 10), v(3, 10), v(3, 10), 4)],
		["keys", (g, v) => attention(g, AT, v(3, 8), v(3, 4), v(3, 4), 4)],
	];

	it.each(cases)("%s names the place", (_, build) => {
		const g = createGraph("test", "fused");
		let count = 0;
		expect(() => build(g, (...shape) => g.input(`x${count++}`, shape))).toThrow(
			expect.objectContaining({
				code: "CHECKPOINT_MISMATCH",
				message: expect.stringContaining(AT),
			}),
		);
	});

	it("broadcasts as numpy does", () => {
		const g = createGraph("test", "fused");
		const sum = binary(
			g,
			AT,
			"Add",
			g.input("a", [3, 1, 5]),
			g.input("b", [4, 1]),
		);
		expect(sum.shape).toEqual([3, 4, 5]);
	});
});
