import { describe, expect, test } from "vitest";
import {
	CASE_EDGES,
	CASE_START,
	EDGE_CORNERS,
	FACE_CORNERS,
	loopsOfCase,
} from "./cube-cases.ts";

const CASES = Array.from({ length: 256 }, (_, signs) => signs);
const shareFace = (edgeA: number, edgeB: number): boolean => {
	const corners = [edgeA, edgeB].flatMap((e) => [
		EDGE_CORNERS[e * 2],
		EDGE_CORNERS[e * 2 + 1],
	]);
	return FACE_CORNERS.some((face) => corners.every((c) => face.includes(c)));
};

describe("the 256 cases", () => {
	test("use every crossed edge in exactly one loop", () => {
		for (const signs of CASES) {
			const crossed = Array.from({ length: 12 }, (_, e) => e).filter(
				(e) =>
					((signs >> EDGE_CORNERS[e * 2]) & 1) !==
					((signs >> EDGE_CORNERS[e * 2 + 1]) & 1),
			);
			const used = loopsOfCase(signs).flat();
			expect(used.toSorted((a, b) => a - b)).toEqual(crossed);
		}
	});

	test("have the loops as their boundary, each side once, and no diagonal in a cell face", () => {
		for (const signs of CASES) {
			const sides = new Map<string, number>();
			for (let n = CASE_START[signs]; n < CASE_START[signs + 1]; n++)
				for (let k = 0; k < 3; k++) {
					const from = CASE_EDGES[n * 3 + k];
					const to = CASE_EDGES[n * 3 + ((k + 1) % 3)];
					const key = `${from}>${to}`;
					sides.set(key, (sides.get(key) ?? 0) + 1);
				}
			expect(Math.max(0, ...sides.values())).toBeLessThanOrEqual(1);
			const boundary = [...sides.keys()].filter((key) => {
				const [from, to] = key.split(">");
				if (!sides.has(`${to}>${from}`)) return true;
				expect(shareFace(Number(from), Number(to))).toBe(false);
				return false;
			});
			const expected = loopsOfCase(signs).flatMap((loop) =>
				loop.map((e, k) => `${e}>${loop[(k + 1) % loop.length]}`),
			);
			expect(boundary.toSorted()).toEqual(expected.toSorted());
		}
	});

	test("one corner inside gives one triangle that looks away from it", () => {
		expect(loopsOfCase(1)).toHaveLength(1);
		const [a, b, c] = CASE_EDGES.subarray(CASE_START[1] * 3);
		// Edges 0, 4, 8 leave corner 0 along x, y, z: x → y → z is counter-clockwise from (1, 1, 1).
		const turn = [a, b, c].join();
		expect(["0,4,8", "4,8,0", "8,0,4"]).toContain(turn);
	});
});
