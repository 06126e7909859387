import { describe, expect, test } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import { inflatePoisson } from "./inflate-poisson.ts";
import { inflatePuffball } from "./inflate-puffball.ts";

const SIZE = 96;

/** Signed distance to a disc, pixels. */
function disc(x: number, y: number, r: number): Float32Array {
	return Float32Array.from(
		{ length: SIZE * SIZE },
		(_, n) =>
			Math.hypot((n % SIZE) + 0.5 - x, Math.floor(n / SIZE) + 0.5 - y) - r,
	);
}

describe("inflation of a disc gives a ball", () => {
	const distance = disc(47.3, 49.1, 34.4);
	test.each([
		["Poisson", inflatePoisson(distance, SIZE)],
		["puffball", inflatePuffball(distance, SIZE)],
	])("%s", (_, squared) => {
		let worst = 0;
		for (let n = 0; n < squared.length; n++) {
			if (!(distance[n] < 0)) {
				expect(squared[n]).toBe(0);
				continue;
			}
			const expected = 34.4 ** 2 - (distance[n] + 34.4) ** 2;
			worst = Math.max(worst, Math.abs(squared[n] - expected));
		}
		expect(worst / 34.4 ** 2).toBeLessThan(0.05);
	});
});

test("puffball agrees with brute force on random discs, seed 5", () => {
	const random = createRandom(5);
	const size = 24;
	const distance = new Float32Array(size * size).fill(99);
	for (let k = 0; k < 5; k++) {
		const [x, y, r] = [random() * size, random() * size, 2 + random() * 5];
		for (let n = 0; n < distance.length; n++)
			distance[n] = Math.min(
				distance[n],
				Math.hypot((n % size) - x, Math.floor(n / size) - y) - r,
			);
	}
	const squared = inflatePuffball(distance, size);
	for (let n = 0; n < distance.length; n++) {
		let best = 0;
		for (let q = 0; q < distance.length; q++)
			if (distance[q] < 0)
				best = Math.max(
					best,
					distance[q] ** 2 -
						((n % size) - (q % size)) ** 2 -
						(Math.floor(n / size) - Math.floor(q / size)) ** 2,
				);
		expect(squared[n]).toBeCloseTo(distance[n] < 0 ? best : 0, 2);
	}
});
