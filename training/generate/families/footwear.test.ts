import { expect, test } from "vitest";
import { buildBvh } from "../../../src/kernel/mesh/bvh.ts";
import { nearestHits } from "../../../src/kernel/mesh/raycast.ts";
import { createDice } from "../dice.ts";
import type { Part } from "../solids.ts";
import { footwear } from "./footwear.ts";

/** Above every shoe. */
const SKY = 9;

/** Parts in the order drawn: upper, lining, insole come first. */
function draw(seed: number): Part[] {
	const parts: Part[] = [];
	let materials = 0;
	footwear({
		dice: createDice(seed),
		paint: () => materials++,
		add: (_, ...more) => parts.push(...more),
	});
	return parts;
}

/** Height at which a ray from above meets the part, -Infinity where it misses. */
function topAt({ positions, indices }: Part, x: number, z: number): number {
	const bvh = buildBvh({
		positions: Float32Array.from(positions),
		indices: Uint32Array.from(indices),
	});
	const { distances } = nearestHits(
		bvh,
		Float32Array.of(x, SKY, z),
		Float32Array.of(0, -1, 0),
	);
	return SKY - distances[0];
}

const SHOES = Array.from({ length: 10 }, (_, seed) => draw(seed));

test("one looks past the collar onto the insole, and the room inside reaches into the toe", () => {
	for (const [upper, lining, insole, ...rest] of SHOES) {
		const floor = topAt(insole, 0.013, -0.56);
		expect(floor).toBeGreaterThan(0);
		for (const part of [upper, lining, ...rest])
			expect(topAt(part, 0.013, -0.56)).toBeLessThan(floor);
		const inside = Math.max(...insole.positions.filter((_, n) => n % 3 === 2));
		expect(inside).toBeGreaterThan(0.8);
	}
});

test("the toe is covered: what is inside there is not seen from above", () => {
	for (const [upper, , insole, ...rest] of SHOES) {
		const roof = Math.max(
			...[upper, ...rest].map((part) => topAt(part, 0.013, 0.607)),
		);
		expect(roof).toBeGreaterThan(topAt(insole, 0.013, 0.607) + 0.05);
	}
});
