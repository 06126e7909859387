/**
 * Numbered items in the order of their keys, to within 1/16: buckets by the exponent and the first
 * four bits of the mantissa of the key as a single, last in first out in each. Every operation
 * takes constant time and touches one or two places in memory, where a heap of half a million
 * items misses the cache at every level.
 */
export interface BucketQueue {
	readonly heads: Int32Array; // [4096] −1 for an empty bucket
	readonly nexts: Int32Array; // [capacity]
	/** No item is in a lower bucket. */
	lowest: number;
}

const BUCKETS = 4096;
const SHIFT = 19; // keeps 8 bits of exponent and 4 of mantissa

export function createBucketQueue(capacity: number): BucketQueue {
	return {
		heads: new Int32Array(BUCKETS).fill(-1),
		nexts: new Int32Array(capacity),
		lowest: BUCKETS,
	};
}

const keyAsFloat = new Float32Array(1);
const keyAsBits = new Uint32Array(keyAsFloat.buffer);

/** Rises with the key, which must not be negative. */
export function bucketOf(key: number): number {
	keyAsFloat[0] = key;
	return keyAsBits[0] >>> SHIFT;
}

/** Adds an item that is not in the queue. */
export function pushBucket(
	queue: BucketQueue,
	bucket: number,
	item: number,
): void {
	queue.nexts[item] = queue.heads[bucket];
	queue.heads[bucket] = item;
	if (bucket < queue.lowest) queue.lowest = bucket;
}

/** Removes an item from the lowest bucket, which `lowest` then names; −1 when none is left. */
export function popBucket(queue: BucketQueue): number {
	const { heads } = queue;
	let bucket = queue.lowest;
	while (bucket < BUCKETS && heads[bucket] < 0) bucket++;
	queue.lowest = bucket;
	if (bucket === BUCKETS) return -1;
	const item = heads[bucket];
	heads[bucket] = queue.nexts[item];
	return item;
}
