import { expect, it } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import {
	createMinHeap,
	heapify,
	popHeap,
	pushHeap,
	raiseTop,
	secondKey,
} from "./min-heap.ts";

it("pops in order after filling, pushing and raising, seed 1", () => {
	const random = createRandom(1);
	const heap = createMinHeap(300);
	for (let i = 0; i < 200; i++) {
		heap.keys[i] = random();
		heap.items[i] = i;
	}
	heap.size = 200;
	heapify(heap);
	for (let i = 200; i < 300; i++) pushHeap(heap, random(), i);
	for (let i = 0; i < 50; i++) raiseTop(heap, heap.keys[0] + random());
	const seen = new Set<number>();
	let last = -1;
	while (heap.size > 0) {
		const second = secondKey(heap);
		expect(heap.keys[0]).toBeGreaterThanOrEqual(last);
		expect(second).toBeGreaterThanOrEqual(heap.keys[0]);
		last = heap.keys[0];
		seen.add(heap.items[0]);
		popHeap(heap);
		expect(heap.size > 0 ? heap.keys[0] : Infinity).toBe(second);
	}
	expect(seen.size).toBe(300);
});
