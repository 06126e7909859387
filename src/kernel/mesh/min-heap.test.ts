import { expect, it } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import { createMinHeap, popHeap, pushHeap } from "./min-heap.ts";

it("pops every item once, in order, between pushes, seed 1", () => {
	const random = createRandom(1);
	const heap = createMinHeap(300);
	for (let i = 0; i < 300; i++) {
		pushHeap(heap, random(), i);
		if (i === 150) popHeap(heap);
	}
	expect(heap.size).toBe(299);
	const seen = new Set<number>();
	let last = -1;
	for (; heap.size > 0; popHeap(heap)) {
		expect(heap.keys[0]).toBeGreaterThanOrEqual(last);
		last = heap.keys[0];
		seen.add(heap.items[0]);
	}
	expect(seen.size).toBe(299);
});
