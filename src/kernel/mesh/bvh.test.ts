import { describe, expect, it } from "vitest";
import { type Bvh, buildBvh, MAX_DEPTH } from "./bvh.ts";
import { buildMortonBvh } from "./morton-bvh.ts";
import { exploded, torus } from "./shapes.ts";

/** Every triangle in exactly one leaf, every box around its triangles and its children. */
function checkTree(bvh: Bvh): number {
	const seen = new Uint8Array(bvh.order.length);
	let deepest = 0;
	const visit = (node: number, depth: number): void => {
		deepest = Math.max(deepest, depth);
		const left = bvh.child[node];
		if (left === 0) {
			for (let s = bvh.start[node]; s < bvh.end[node]; s++) {
				seen[bvh.order[s]]++;
				for (let i = 0; i < 9; i++) {
					const x = bvh.corners[s * 9 + i];
					expect(x).toBeGreaterThanOrEqual(bvh.bounds[node * 6 + (i % 3)]);
					expect(x).toBeLessThanOrEqual(bvh.bounds[node * 6 + 3 + (i % 3)]);
				}
			}
			return;
		}
		for (const c of [left, left + 1]) {
			for (let k = 0; k < 3; k++) {
				expect(bvh.bounds[c * 6 + k]).toBeGreaterThanOrEqual(
					bvh.bounds[node * 6 + k],
				);
				expect(bvh.bounds[c * 6 + 3 + k]).toBeLessThanOrEqual(
					bvh.bounds[node * 6 + 3 + k],
				);
			}
			visit(c, depth + 1);
		}
	};
	visit(0, 0);
	expect(seen.every((n) => n === 1)).toBe(true);
	return deepest;
}

describe.each([buildBvh, buildMortonBvh])("%o", (build) => {
	it("covers a torus", () => {
		expect(checkTree(build(torus(30, 20)))).toBeLessThan(24);
	});

	it("keeps its depth on triangles that shrink towards a point, and on equal ones", () => {
		const shrinking = new Float32Array(400 * 9);
		for (let t = 0; t < 400; t++) {
			const s = 2 ** (-t / 4);
			shrinking.set([s, 0, 0, s * 1.1, 0, 0, s, s * 0.1, 0], t * 9);
		}
		const indices = Uint32Array.from({ length: 1200 }, (_, h) => h);
		expect(checkTree(build({ positions: shrinking, indices }))).toBeLessThan(
			MAX_DEPTH,
		);
		const equal = exploded({
			positions: Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0),
			indices: Uint32Array.from({ length: 600 }, (_, h) => h % 3),
		});
		expect(checkTree(build(equal))).toBeLessThan(12);
	});

	it("refuses an empty mesh", () => {
		expect(() =>
			build({ positions: new Float32Array(), indices: new Uint32Array() }),
		).toThrow(RangeError);
	});
});
