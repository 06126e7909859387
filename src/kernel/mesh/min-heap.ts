/**
 * A heap of numbered items with the least key on top, in two flat arrays. Every node has four
 * children: half the levels of a binary heap, and the four keys share a cache line. Keys are
 * single precision.
 */
export interface MinHeap {
	readonly keys: Float32Array; // [capacity]
	readonly items: Uint32Array; // [capacity]
	size: number;
}

export function createMinHeap(capacity: number): MinHeap {
	return {
		keys: new Float32Array(capacity),
		items: new Uint32Array(capacity),
		size: 0,
	};
}

/** Adds an item. The capacity must allow it. */
export function pushHeap(heap: MinHeap, key: number, item: number): void {
	const { keys, items } = heap;
	let i = heap.size++;
	while (i > 0) {
		const up = (i - 1) >> 2;
		if (keys[up] <= key) break;
		keys[i] = keys[up];
		items[i] = items[up];
		i = up;
	}
	keys[i] = key;
	items[i] = item;
}

/** Removes the top. */
export function popHeap(heap: MinHeap): void {
	const { keys, items } = heap;
	const size = --heap.size;
	const key = keys[size];
	const item = items[size];
	let i = 0;
	for (;;) {
		const first = 4 * i + 1;
		if (first >= size) break;
		const last = first + 4 < size ? first + 4 : size;
		let down = first;
		for (let c = first + 1; c < last; c++) if (keys[c] < keys[down]) down = c;
		if (keys[down] >= key) break;
		keys[i] = keys[down];
		items[i] = items[down];
		i = down;
	}
	keys[i] = key;
	items[i] = item;
}
