import { expect, it } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import {
	bucketOf,
	createBucketQueue,
	popBucket,
	pushBucket,
} from "./bucket-queue.ts";

it("pops every item once, in order to within 1/16, seed 1", () => {
	const random = createRandom(1);
	const keys = Array.from({ length: 500 }, () => random() ** 8);
	keys[7] = 0;
	const queue = createBucketQueue(500);
	keys.forEach((key, i) => {
		pushBucket(queue, bucketOf(key), i);
	});
	const popped: number[] = [];
	for (let i = popBucket(queue); i >= 0; i = popBucket(queue)) popped.push(i);
	expect(new Set(popped).size).toBe(500);
	expect(popped[0]).toBe(7);
	for (let k = 1; k < 500; k++)
		expect(keys[popped[k]]).toBeGreaterThan(keys[popped[k - 1]] * (15 / 16));
});

it("goes back to a lower bucket", () => {
	const queue = createBucketQueue(3);
	pushBucket(queue, bucketOf(5), 0);
	expect(popBucket(queue)).toBe(0);
	pushBucket(queue, bucketOf(9), 1);
	pushBucket(queue, bucketOf(1), 2);
	expect([popBucket(queue), popBucket(queue), popBucket(queue)]).toEqual([
		2, 1, -1,
	]);
});
