import { expect, it } from "vitest";
import { createRandom } from "../../../core/run-context.ts";
import { cutGrid, type GridGraph } from "./grid-cut.ts";

const STEPS = [
	[1, 0],
	[0, 1],
	[1, 1],
	[-1, 1],
];

function cost(graph: GridGraph, side: ArrayLike<number>): number {
	const { width, height, terminal, links } = graph;
	let sum = 0;
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) {
			const p = y * width + x;
			if (side[p] && terminal[p] < 0) sum -= terminal[p];
			if (!side[p] && terminal[p] > 0) sum += terminal[p];
			STEPS.forEach(([dx, dy], k) => {
				if (x + dx < 0 || x + dx >= width || y + dy >= height) return;
				const q = p + dy * width + dx;
				if (Boolean(side[p]) !== Boolean(side[q])) sum += links[p * 4 + k];
			});
		}
	return sum;
}

function randomGraph(width: number, height: number, seed: number): GridGraph {
	const random = createRandom(seed);
	const terminal = Int32Array.from({ length: width * height }, () =>
		Math.round((random() - 0.5) * 60),
	);
	const links = Int32Array.from({ length: width * height * 4 }, () =>
		Math.round(random() ** 3 * 40),
	);
	return { width, height, terminal, links };
}

it("is as cheap as the best of all 4096 cuts (seeds 1–60)", () => {
	for (let seed = 1; seed <= 60; seed++) {
		const graph = randomGraph(4, 3, seed);
		let best = Number.POSITIVE_INFINITY;
		const side = new Uint8Array(12);
		for (let bits = 0; bits < 4096; bits++) {
			for (let p = 0; p < 12; p++) side[p] = (bits >> p) & 1;
			best = Math.min(best, cost(graph, side));
		}
		expect(cost(graph, cutGrid(graph)), `seed ${seed}`).toBe(best);
	}
});

it("no single pixel and no block can improve a large cut (seeds 1–3)", () => {
	for (let seed = 1; seed <= 3; seed++) {
		const graph = randomGraph(40, 30, seed);
		const side = cutGrid(graph);
		const base = cost(graph, side);
		const random = createRandom(seed + 100);
		for (let trial = 0; trial < 400; trial++) {
			const other = side.slice();
			const x0 = Math.floor(random() * 40);
			const y0 = Math.floor(random() * 30);
			const size = 1 + Math.floor(random() * 5);
			for (let y = y0; y < Math.min(30, y0 + size); y++)
				for (let x = x0; x < Math.min(40, x0 + size); x++)
					other[y * 40 + x] ^= 1;
			expect(cost(graph, other)).toBeGreaterThanOrEqual(base);
		}
	}
});
