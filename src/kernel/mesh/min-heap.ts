/** A binary heap of numbered items with the least key on top, in two flat arrays. */
export interface MinHeap {
	readonly keys: Float64Array; // [capacity]
	readonly items: Uint32Array; // [capacity]
	size: number;
}

export function createMinHeap(capacity: number): MinHeap {
	return {
		keys: new Float64Array(capacity),
		items: new Uint32Array(capacity),
		size: 0,
	};
}

/** Restores the order after the arrays were filled directly. Linear time. */
export function heapify(heap: MinHeap): void {
	for (let i = (heap.size >>> 1) - 1; i >= 0; i--)
		siftDown(heap, i, heap.keys[i], heap.items[i]);
}

export function pushHeap(heap: MinHeap, key: number, item: number): void {
	const { keys, items } = heap;
	let i = heap.size++;
	while (i > 0) {
		const up = (i - 1) >>> 1;
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

function siftDown(
	heap: MinHeap,
	from: number,
	key: number,
	item: number,
): void {
	const { keys, items, size } = heap;
	let i = from;
	for (;;) {
		let down = 2 * i + 1;
		if (down >= size) break;
		if (down + 1 < size && keys[down + 1] < keys[down]) down++;
		if (keys[down] >= key) break;
		keys[i] = keys[down];
		items[i] = items[down];
		i = down;
	}
	keys[i] = key;
	items[i] = item;
}
