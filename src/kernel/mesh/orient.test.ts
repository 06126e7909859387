import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import { orient } from "./orient.ts";
import { cube, flipped, icosphere, join, torus, translated } from "./shapes.ts";
import { expectSolid } from "./solid.test-support.ts";
import { measureTopology } from "./topology.ts";

describe("orient", () => {
	it("turns a shape that is inside out", () => {
		expectSolid(orient(flipped(torus())));
	});

	it("sorts out random turns in several pieces, seed 4", () => {
		const random = createRandom(4);
		const whole = join(icosphere(2), translated(torus(), 4, 0, 0));
		const indices = whole.indices.slice();
		for (let h = 0; h < indices.length; h += 3)
			if (random() < 0.5)
				[indices[h], indices[h + 1]] = [indices[h + 1], indices[h]];
		expectSolid(orient({ ...whole, indices }));
	});

	it("keeps a good mesh, and a cavity, as they are", () => {
		const mesh = torus();
		expect(orient(mesh)).toBe(mesh);
		const hollow = join(cube(2), flipped(cube(1)));
		expect(orient(hollow)).toBe(hollow);
	});

	it("agrees as far as it can on a Möbius strip", () => {
		const positions: number[] = [];
		const indices: number[] = [];
		for (let i = 0; i < 12; i++) {
			const u = (2 * Math.PI * i) / 12;
			for (const w of [-0.3, 0.3])
				positions.push(
					(1 + w * Math.cos(u / 2)) * Math.cos(u),
					(1 + w * Math.cos(u / 2)) * Math.sin(u),
					w * Math.sin(u / 2),
				);
			const a = 2 * i;
			const [c, d] = i < 11 ? [a + 2, a + 3] : [1, 0];
			indices.push(a, c, a + 1, a + 1, c, d);
		}
		const mesh = orient({
			positions: Float32Array.from(positions),
			indices: Uint32Array.from(indices),
		});
		expect(measureTopology(mesh).consistentlyOriented).toBe(false);
	});
});
