import { expect, test } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import { createCostRooms } from "./best-two.ts";
import { matchCosts } from "./match-costs.ts";
import { lookFrom } from "./painted-view.test-support.ts";
import type { SmallView } from "./small-view.ts";

const random = createRandom(6);
/** Noise, with holes in it where the object is not. */
function noise(
	width: number,
	height: number,
	eye: readonly [number, number, number],
): SmallView {
	const camera = lookFrom(...eye, width, 1.4 * width);
	const colors = new Float32Array(width * height * 4);
	for (let at = 0; at < colors.length; at += 4) {
		const isOn = random() > 0.1;
		for (let c = 0; c < 3; c++)
			colors[at + c] = isOn ? random() * 0.8 : Number.NaN;
		colors[at + 3] = isOn ? 1 : 0;
	}
	return { camera: { ...camera, height, cy: height / 2 }, colors };
}

test("four numbers at a time cost what one at a time does, also beside, behind and off the object (seed 6)", () => {
	const view = noise(40, 30, [0, 0, 2]);
	const box = { left: 3, top: 2, columns: 31, rows: 25 };
	const size = box.columns * box.rows;
	const count = 20;
	const ends = Int32Array.from({ length: size }, () =>
		random() < 0.2 ? 0 : Math.floor(random() * (count + 1)),
	);
	const first = Float32Array.from({ length: size }, () => 0.2 + 2 * random());
	const depths = { box, first, ends, count, spacing: 0.05 };
	const openRoom = createCostRooms();
	let told = 0;
	for (const other of [
		noise(64, 48, [0.7, 0.3, 1.8]),
		noise(20, 50, [-1.2, 0, 1.5]),
		noise(33, 33, [0, 0.1, -2]), // from behind
	]) {
		const room = openRoom(
			box,
			count,
			new Float32Array(size),
			other.colors.length,
		);
		room.match(view, other, depths);
		const plain = new Float32Array(size * count);
		matchCosts(view, other, depths, plain);
		for (let i = 0; i < plain.length; i++) {
			expect(Math.abs(room.cost[i] - plain[i])).toBeLessThan(2e-6);
			if (plain[i] > 0 && plain[i] < 0.39) told++;
		}
	}
	expect(told).toBeGreaterThan(1000);
});
