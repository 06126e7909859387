import { expect, test } from "vitest";
import { createPlanes, type Planes } from "../../kernel/network/planes.ts";
import { shadedDisc } from "../../kernel/network/shaded-disc.test-support.ts";
import golden from "./golden.json" with { type: "json" };
import goldenHollows from "./golden-hollows.json" with { type: "json" };
import { readViewsModel } from "./read-views-model.ts";
import { runViewsNetwork } from "./views-network.ts";

/** The smooth waves of training/export.py. */
function waves(): Planes {
	const out = createPlanes(21, 64, 64);
	for (let k = 0; k < 21; k++)
		for (let n = 0; n < 4096; n++) {
			const x = (n % 64) / 31.5 - 1;
			const y = Math.floor(n / 64) / 31.5 - 1;
			out.data[k * 4096 + n] =
				Math.sin(3 * x + 0.7 * k) * Math.cos(2 * y - 0.3 * k);
		}
	return out;
}

test.each([
	["views", 4, golden],
	["hollows", 7, goldenHollows],
] as const)(
	"nova-%s says what it said in training, but for 16-bit weights",
	(network, maps, expected) => {
		const { channels, data } = runViewsNetwork(
			readViewsModel(network),
			shadedDisc(),
			waves(),
			() => {},
		);
		expect(channels).toBe(maps);
		const few = data.filter((_, n) => n % 61 === 0);
		expect(few).toHaveLength(expected.maps.length);
		// Depths and doubts in crop half sides and their logarithms; log odds run 25 times as far.
		few.forEach((value, n) => {
			const isOdds = Math.floor((n * 61) / 4096) === 4;
			expect(Math.abs(value - expected.maps[n])).toBeLessThan(
				isOdds ? 0.3 : 0.03,
			);
		});
	},
);

test("a model that lacks a layer is refused", () => {
	const layers = new Map(readViewsModel("views"));
	layers.delete("guess2");
	expect(() =>
		runViewsNetwork(layers, shadedDisc(), waves(), () => {}),
	).toThrow(/guess2/);
});
