import { expect, it } from "vitest";
import { resizeImage, resizeMask, resizePlanes } from "./resize.ts";

it("averages light, not bytes: black and white make 188", () => {
	const data = new Uint8ClampedArray([0, 0, 0, 255, 255, 255, 255, 255]);
	const half = resizeImage({ width: 2, height: 1, data }, 1, 1);
	expect([...half.data]).toEqual([188, 188, 188, 255]);
});

it("transparent pixels do not colour opaque ones", () => {
	const data = new Uint8ClampedArray([255, 0, 0, 255, 0, 255, 0, 0]);
	const half = resizeImage({ width: 2, height: 1, data }, 1, 1);
	expect([...half.data]).toEqual([255, 0, 0, 128]);
});

it("keeps the mean when shrinking by any factor", () => {
	const src = Float32Array.from({ length: 13 * 11 }, (_, i) => (i * 37) % 101);
	const mean = (a: Float32Array) => a.reduce((s, v) => s + v, 0) / a.length;
	for (const [w, h] of [
		[5, 4],
		[13, 3],
		[1, 1],
		[12, 11],
	])
		expect(mean(resizePlanes(src, 13, 11, 1, w, h))).toBeCloseTo(mean(src), 3);
});

it("grows a ramp to a ramp", () => {
	const data = new Uint8Array([0, 100, 200]);
	const wide = resizeMask({ width: 3, height: 1, data }, 6, 1);
	expect([...wide.data]).toEqual([0, 25, 75, 125, 175, 200]);
});

it("refuses sizes that do not fit", () => {
	expect(() =>
		resizeMask({ width: 2, height: 2, data: new Uint8Array(3) }, 1, 1),
	).toThrow(RangeError);
	expect(() =>
		resizeMask({ width: 1, height: 1, data: new Uint8Array(1) }, 0, 1),
	).toThrow(RangeError);
});
