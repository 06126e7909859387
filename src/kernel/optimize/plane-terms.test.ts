import { expect, test } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import {
	addPlane,
	addPlanes,
	clearPlaneTerms,
	createPlaneList,
	createPlaneTerms,
} from "./plane-terms.ts";

test("block and gradient are those of the sum of squares (seed 3)", () => {
	const random = createRandom(3);
	const planes = Array.from({ length: 5 }, () => {
		const n = [random() - 0.5, random() - 0.5, random() - 0.5];
		const length = Math.hypot(...n);
		return { n: n.map((c) => c / length), d: random() - 0.5, w: random() };
	});
	const energy = (x: readonly number[]): number =>
		planes.reduce(
			(sum, { n, d, w }) =>
				sum + w * (n[0] * x[0] + n[1] * x[1] + n[2] * x[2] + d) ** 2,
			0,
		);
	const terms = createPlaneTerms(2);
	for (const { n, d, w } of planes) addPlane(terms, 1, n[0], n[1], n[2], d, w);
	const at = (...x: number[]): number => energy(x);
	const e = 1e-3;
	for (let i = 0; i < 3; i++) {
		const step = [0, 0, 0];
		step[i] = e;
		const back = step.map((s) => -s);
		expect(terms.gradient[3 + i]).toBeCloseTo(
			(at(...step) - at(...back)) / (4 * e),
			9,
		);
		expect(terms.blocks[6 + [0, 3, 5][i]]).toBeCloseTo(
			(at(...step) - 2 * at(0, 0, 0) + at(...back)) / (2 * e * e),
			6,
		);
	}
	expect(Array.from(terms.gradient.subarray(0, 3))).toEqual([0, 0, 0]);
	clearPlaneTerms(terms, 0, 1);
	expect(terms.blocks[6]).toBeGreaterThan(0);
	clearPlaneTerms(terms, 1, 2);
	expect(terms.blocks.every((b) => b === 0)).toBe(true);
	expect(terms.gradient.every((g) => g === 0)).toBe(true);
});

test("a list of planes adds what its planes do, however long it is (seed 4)", () => {
	const random = createRandom(4);
	const list = createPlaneList();
	const want = createPlaneTerms(3);
	for (let n = 0; n < 1000; n++) {
		const numbers = Array.from({ length: 5 }, random) as [
			number,
			number,
			number,
			number,
			number,
		];
		list.push(n % 3, ...numbers);
		addPlane(want, n % 3, ...numbers);
	}
	expect(list.count).toBe(1000);
	const got = createPlaneTerms(3);
	addPlanes(got, list);
	expect(got).toEqual(want);
});
