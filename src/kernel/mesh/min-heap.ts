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

/** Restores the order after the arrays were filled directly. Linear time. */
export function heapify(heap: MinHeap): void {
	for (let i = (heap.size - 2) >> 2; i >= 0; i--)
		siftDown(heap, i, heap.keys[i], heap.items[i]);
}

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
	const last = --heap.size;
	if (last > 0) siftDown(heap, 0, heap.keys[last], heap.items[last]);
}

/** Gives the item on top a larger key. */
export function raiseTop(heap: MinHeap, key: number): void {
	siftDown(heap, 0, key, heap.items[0]);
}

/** The least key below the top; Infinity where the top is alone. */
export function secondKey({ keys, size }: MinHeap): number {
	let least = Infinity;
	for (let i = 1; i < 5 && i < size; i++) if (keys[i] < least) least = keys[i];
	return least;
}

function siftDown(
	heap: MinHeap,
	from: number,
	key: number,
	item: number,
): void {
	const { keys, items, size } = heap;
	let i = from;
	for (;;) {
		const first = 4 * i + 1;
		if (first >= size) break;
		const last = first + 4 < size ? first + 4 : size;
		let down = first;
		let least = keys[first];
		for (let c = first + 1; c < last; c++)
			if (keys[c] < least) {
				least = keys[c];
				down = c;
			}
		if (least >= key) break;
		keys[i] = least;
		items[i] = items[down];
		i = down;
	}
	keys[i] = key;
	items[i] = item;
}
