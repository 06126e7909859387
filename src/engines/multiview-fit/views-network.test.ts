import { expect, test } from "vitest";
import { createPlanes, type Planes } from "../../kernel/network/planes.ts";
import { shadedDisc } from "../../kernel/network/shaded-disc.test-support.ts";
import golden from "./golden.json" with { type: "json" };
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

test("the network says what it said in training, but for 16-bit weights", () => {
	const { data } = runViewsNetwork(
		readViewsModel(),
		shadedDisc(),
		waves(),
		() => {},
	);
	const few = data.filter((_, n) => n % 61 === 0);
	expect(few).toHaveLength(golden.maps.length);
	const worst = few.reduce(
		(most, value, n) => Math.max(most, Math.abs(value - golden.maps[n])),
		0,
	);
	expect(worst).toBeLessThan(0.03);
});

test("a model that lacks a layer is refused", () => {
	const layers = new Map(readViewsModel());
	layers.delete("guess2");
	expect(() =>
		runViewsNetwork(layers, shadedDisc(), waves(), () => {}),
	).toThrow(/guess2/);
});
