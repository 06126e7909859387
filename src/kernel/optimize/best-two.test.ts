import { expect, test } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import { createCostRooms, keepBestTwoPlainly } from "./best-two.ts";
import { WORST_MATCH } from "./match-costs.ts";

test.each([
	[7, 5, 8],
	[1, 4, 12],
	[5, 1, 4],
	[1, 1, 4],
	[13, 9, 44],
	[6, 3, 7], // not a multiple of four: one by one
])(
	"the two least of four pictures, %i × %i pixels, %i depths, as one by one (seed 3)",
	(columns, rows, count) => {
		const random = createRandom(3);
		const box = { left: 0, top: 0, columns, rows };
		const size = columns * rows;
		const perShare = Float32Array.from({ length: size }, () =>
			random() < 0.2 ? 0 : 1 / (1 + Math.floor(random() * 9)),
		);
		const openRoom = createCostRooms();
		// Memory that was used for something larger.
		openRoom(
			{ ...box, columns: columns + 2 },
			count,
			new Float32Array(size + 2 * rows),
		).scratch.fill(Number.NaN);
		const room = openRoom(box, count, perShare);
		room.clear();
		const volume = (): Float32Array => new Float32Array(size * count);
		const plain = {
			box,
			count,
			perShare,
			cost: volume(),
			scratch: volume(),
			best: volume().fill(WORST_MATCH),
			second: volume().fill(WORST_MATCH),
		};
		for (let picture = 0; picture < 4; picture++) {
			for (let i = 0; i < size * count; i++)
				plain.cost[i] = room.cost[i] = WORST_MATCH * random();
			room.keepBestTwo();
			keepBestTwoPlainly(plain);
			for (const name of ["cost", "best", "second"] as const) {
				expect(room[name]).toHaveLength(size * count);
				for (let i = 0; i < size * count; i++)
					expect(Math.abs(room[name][i] - plain[name][i])).toBeLessThan(1e-6);
			}
		}
	},
);
