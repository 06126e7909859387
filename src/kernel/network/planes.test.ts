import { expect, test } from "vitest";
import {
	addRectified,
	averagePlanes,
	doublePlanes,
	mirrorPlanes,
	type Planes,
	shufflePixels,
} from "./planes.ts";

const planes = (channels: number, width: number, data: number[]): Planes => ({
	channels,
	width,
	height: data.length / channels / width,
	data: Float32Array.from(data),
});

test("every pixel four times", () => {
	const { data, width, height } = doublePlanes(planes(2, 2, [1, 2, 3, 4]));
	expect([width, height]).toEqual([4, 2]);
	expect([...data]).toEqual([1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4]);
});

test("channels become pixels in reading order", () => {
	const { data, width, height } = shufflePixels(
		planes(5, 2, [1, 5, 2, 6, 3, 7, 4, 8, 0, 0]),
		1,
	);
	expect([width, height]).toEqual([4, 2]);
	expect([...data]).toEqual([1, 2, 5, 6, 3, 4, 7, 8]);
});

test("mirrored twice is as before", () => {
	const src = planes(1, 3, [1, 2, 3, 4, 5, 6]);
	expect([...mirrorPlanes(src).data]).toEqual([3, 2, 1, 6, 5, 4]);
	expect(mirrorPlanes(mirrorPlanes(src))).toEqual(src);
});

test("sums without what is negative, means by channel", () => {
	const sum = addRectified(
		planes(2, 2, [1, -3, 2, 2]),
		planes(2, 2, [1, 1, 1, -1]),
	);
	expect([...sum.data]).toEqual([2, 0, 3, 1]);
	expect([...averagePlanes(sum)]).toEqual([1, 2]);
});
