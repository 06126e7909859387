import { expect, test } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import { convolve, plainMemory } from "./convolve.ts";
import { convolveByDefinition } from "./convolve-by-definition.test-support.ts";
import { createPlanes, type Planes } from "./planes.ts";
import { openProduct } from "./product-tiles.ts";

function randomPlanes(
	channels: number,
	height: number,
	width: number,
	random: () => number,
): Planes {
	const planes = createPlanes(channels, height, width);
	for (let n = 0; n < planes.data.length; n++) planes.data[n] = random() - 0.5;
	return planes;
}

test.each([
	[3, 5, 3, 1, 6, 7],
	[2, 4, 3, 2, 8, 10],
	[7, 9, 1, 1, 3, 3],
	[5, 3, 1, 1, 1, 1],
])(
	"%i to %i channels, kernel %i, stride %i, %i × %i: as defined (seed 3)",
	(inputs, outputs, kernel, stride, height, width) => {
		const random = createRandom(3);
		const layer = {
			inputs,
			outputs,
			kernel,
			stride,
			weight: randomPlanes(outputs, inputs, kernel * kernel, random).data,
			bias: randomPlanes(outputs, 1, 1, random).data,
		};
		const src = randomPlanes(inputs, height, width, random);
		const expected = convolveByDefinition(src, layer);
		const found = convolve(src, layer);
		expect([found.channels, found.height, found.width]).toEqual([
			expected.channels,
			expected.height,
			expected.width,
		]);
		for (let n = 0; n < expected.data.length; n++)
			expect(found.data[n]).toBeCloseTo(expected.data[n], 5);

		const add = randomPlanes(outputs, found.height, found.width, random);
		const rectified = convolve(src, layer, { rectify: true, add });
		for (let n = 0; n < expected.data.length; n++)
			expect(rectified.data[n]).toBeCloseTo(
				Math.max(0, expected.data[n] + add.data[n]),
				5,
			);
	},
);

test("another number of channels is refused", () => {
	const layer = {
		inputs: 2,
		outputs: 1,
		kernel: 1,
		stride: 1,
		weight: new Float32Array(2),
		bias: new Float32Array(1),
	};
	expect(() => convolve(createPlanes(3, 2, 2), layer)).toThrow(RangeError);
});

test("a tile with vectors is the tile without", () => {
	const length = 11;
	const sizes = { rows: 8 * length, weights: 4 * length, out: 32 };
	const plain = plainMemory(sizes);
	const fast = openProduct(sizes.rows, sizes.weights, sizes.out);
	if (fast === null) throw new Error("no WebAssembly with vectors here");
	for (const memory of [plain, fast]) {
		const again = createRandom(4);
		for (const list of [memory.rows, memory.weights])
			for (let n = 0; n < list.length; n++) list[n] = again() - 0.5;
		memory.tile(
			0,
			memory.weights.byteOffset,
			memory.out.byteOffset,
			memory.rows.byteLength,
			32,
		);
	}
	for (let n = 0; n < 32; n++) expect(fast.out[n]).toBeCloseTo(plain.out[n], 5);
});
