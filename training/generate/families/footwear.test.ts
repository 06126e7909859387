import { expect, test } from "vitest";
import { createDice } from "../dice.ts";
import type { Part } from "../solids.ts";
import { footwear } from "./footwear.ts";

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
function topAt({ positions: p, indices }: Part, x: number, z: number): number {
	let top = -Infinity;
	for (let t = 0; t < indices.length; t += 3) {
		const [a, b, c] = [indices[t] * 3, indices[t + 1] * 3, indices[t + 2] * 3];
		const side = (m: number, n: number): number =>
			(p[n] - p[m]) * (z - p[m + 2]) - (p[n + 2] - p[m + 2]) * (x - p[m]);
		const [u, v, w] = [side(b, c), side(c, a), side(a, b)];
		const area = u + v + w;
		if (area === 0 || u / area < 0 || v / area < 0 || w / area < 0) continue;
		top = Math.max(top, (u * p[a + 1] + v * p[b + 1] + w * p[c + 1]) / area);
	}
	return top;
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
