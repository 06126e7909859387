import { describe, expect, it } from "vitest";
import { chooseObject } from "./choose-object.ts";

const N = 64;

/** Boxes of ones: left, top, width, height. */
function setOf(...boxes: [number, number, number, number][]): Uint8Array {
	const set = new Uint8Array(N * N);
	for (const [left, top, width, height] of boxes)
		for (let y = top; y < top + height; y++)
			for (let x = left; x < left + width; x++) set[y * N + x] = 1;
	return set;
}

function areaOf(set: Uint8Array): number {
	return set.reduce((sum, v) => sum + v, 0);
}

describe("chooseObject", () => {
	const three = setOf([24, 24, 16, 16], [46, 20, 14, 20], [2, 44, 12, 12]);

	it("numbers objects by size and centrality", () => {
		const { set, objects } = chooseObject(three, N, N);
		expect(objects.map(({ box }) => box.left)).toEqual([24, 46, 2]);
		expect(objects[1].box).toEqual({
			left: 46,
			top: 20,
			right: 60,
			bottom: 40,
		});
		expect(set).toEqual(setOf([24, 24, 16, 16]));
	});

	it("takes the one that is asked for", () => {
		expect(chooseObject(three, N, N, 2).set).toEqual(setOf([46, 20, 14, 20]));
		expect(chooseObject(three, N, N, 3).set).toEqual(setOf([2, 44, 12, 12]));
	});

	it("gives no number to crumbs, and to nothing that the border cuts", () => {
		const set = setOf([20, 20, 24, 24], [50, 50, 4, 4], [0, 0, 16, 64]);
		expect(chooseObject(set, N, N).objects.length).toBe(1);
	});

	it("keeps parts inside the object's box, whatever their size", () => {
		// A frame with a separate part in its opening.
		const frame = setOf(
			[16, 16, 32, 4],
			[16, 44, 32, 4],
			[16, 16, 4, 32],
			[44, 16, 4, 32],
		);
		const whole = frame.map((v, p) => v | setOf([28, 28, 8, 8])[p]);
		const { set, objects } = chooseObject(whole, N, N);
		expect(set).toEqual(whole);
		expect(objects.length).toBe(1);
	});

	it("joins what stands above its like, where colours are known", () => {
		const stacked = setOf([20, 16, 24, 12], [18, 34, 28, 14]);
		const lab = new Float32Array(N * N * 3).fill(40);
		expect(areaOf(chooseObject(stacked, N, N, 1, lab).set)).toBe(
			areaOf(stacked),
		);
		expect(chooseObject(stacked, N, N).objects.length).toBe(2);
		for (let p = 0; p < 32 * N; p++) lab[p * 3] = 90; // the upper one is paler
		expect(chooseObject(stacked, N, N, 1, lab).objects.length).toBe(2);
	});

	it("nothing in, nothing out", () => {
		const { set, objects } = chooseObject(new Uint8Array(N * N), N, N);
		expect(areaOf(set)).toBe(0);
		expect(objects).toEqual([]);
	});
});
