import { describe, expect, it } from "vitest";
import { fillGutter } from "./fill-gutter.ts";
import type { TexelMap } from "./texel-map.ts";

function mapOf(size: number, texels: number[]): TexelMap {
	const triangle = new Int32Array(size * size).fill(-1);
	for (const i of texels) triangle[i] = 0;
	return {
		size,
		triangle,
		bary: new Float32Array(2 * size * size),
		texels: Uint32Array.from(texels),
	};
}

describe("fillGutter", () => {
	it.each([1, 7, 16, 33])("spreads one texel over all of %i × %i", (size) => {
		const image = fillGutter(
			mapOf(size, [size * size - 1]),
			Float32Array.of(1, 0, 1),
		);
		for (let i = 0; i < image.data.length; i += 4)
			expect([...image.data.subarray(i, i + 4)]).toEqual([255, 0, 255, 255]);
	});

	it("keeps known texels and stays between two colours in the gap", () => {
		const size = 32;
		const left: number[] = [];
		for (let y = 0; y < size; y++) left.push(y * size, y * size + size - 1);
		const color = new Float32Array(3 * left.length);
		for (let n = 0; n < left.length; n++)
			color.fill(left[n] % size === 0 ? 0 : 1, 3 * n, 3 * n + 3);
		const { data } = fillGutter(mapOf(size, left), color);
		const row = Array.from(
			{ length: size },
			(_, x) => data[4 * (16 * size + x)],
		);
		expect(row[0]).toBe(0);
		expect(row[31]).toBe(255);
		// The rings next to a chart are its own colour: nothing bleeds.
		expect(row.slice(1, 4)).toEqual([0, 0, 0]);
		expect(row.slice(28, 31)).toEqual([255, 255, 255]);
		expect(row[12]).toBeLessThan(row[20]);
	});

	it("leaves an atlas without charts black", () => {
		const { data } = fillGutter(mapOf(8, []), new Float32Array(0));
		for (let i = 0; i < data.length; i++)
			expect(data[i]).toBe(i % 4 === 3 ? 255 : 0);
	});
});
