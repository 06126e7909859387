import { expect, test } from "vitest";
import { type Lump, mold } from "./mold.ts";

const PLAIN = { height: 0, frequency: 5, phase: 0 };
const ball: Lump = {
	at: [0, 0, 0],
	radii: [0.6, 0.6, 0.6],
	tilt: 0,
	yaw: 0,
	melt: 0.1,
	group: 0,
};
const mouth: Lump = {
	...ball,
	at: [0, 0.6, 0],
	radii: [0.3, 0.3, 0.3],
	hollow: true,
};

function radii(positions: readonly number[]): number[] {
	return Array.from({ length: positions.length / 3 }, (_, v) =>
		Math.hypot(...positions.slice(v * 3, v * 3 + 3)),
	);
}

test("a cavity has a wall of its thickness, a lining of its own, and an open mouth", () => {
	const [outside, lining] = mold([ball], PLAIN, {
		wall: 0.15,
		mouths: [mouth],
		group: 1,
	});
	// Off the mouth the outside is the ball, and the lining lies a wall inside it.
	const below = (part: { positions: readonly number[] }): number[] =>
		radii(part.positions.filter((_, n) => part.positions[n - (n % 3) + 1] < 0));
	for (const r of below(outside)) expect(Math.abs(r - 0.6)).toBeLessThan(0.02);
	for (const r of below(lining)) expect(Math.abs(r - 0.45)).toBeLessThan(0.03);
	// Nothing closes the mouth.
	for (const { positions } of [outside, lining])
		for (let n = 0; n < positions.length; n += 3)
			if (Math.hypot(positions[n], positions[n + 2]) < 0.15)
				expect(positions[n + 1]).toBeLessThan(0);
});

test("without a cavity it is solid", () => {
	const parts = mold([ball], PLAIN);
	expect(parts).toHaveLength(1);
	for (const r of radii(parts[0].positions))
		expect(Math.abs(r - 0.6)).toBeLessThan(0.02);
});
