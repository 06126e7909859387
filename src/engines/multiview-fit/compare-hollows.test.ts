import { expect, test } from "vitest";
import type { Field } from "../../core/shape.ts";
import { extractSurface } from "../../kernel/field/extract-surface.ts";
import { colorPyramid } from "../../kernel/image/color-pyramid.ts";
import {
	lookFrom,
	paintedView,
	spreadEyes,
} from "../../kernel/optimize/painted-view.test-support.ts";
import type { ColoredView } from "../../kernel/optimize/photometric-terms.ts";
import { BITTEN } from "./bitten.test-support.ts";
import { compareHollows } from "./compare-hollows.ts";

const BALL: Field = {
	...BITTEN,
	sample(points, out, count) {
		for (let n = 0; n < count; n++)
			out[n] =
				Math.hypot(points[n * 3], points[n * 3 + 1], points[n * 3 + 2]) - 0.48;
	},
};

function look(field: Field): ColoredView[] {
	const body = extractSurface(field, { resolution: 64 });
	return spreadEyes(16, 2.5).map(([x, y, z]) => {
		const camera = lookFrom(x, y, z, 192, 330);
		const { image, mask } = paintedView(body, camera);
		return { camera, levels: colorPyramid(image, mask, 4) };
	});
}

test("views agree on a hollow that is there, and not on one that is none", async () => {
	const [ball, bitten] = [BALL, BITTEN].map((field) =>
		extractSurface(field, { resolution: 64 }),
	);
	const there = await compareHollows(ball, bitten, look(BITTEN), 0.03, {});
	expect(there.pixels).toBeGreaterThan(100);
	expect(there.b).toBeLessThan(0.5 * there.a);
	const none = await compareHollows(ball, bitten, look(BALL), 0.03, {});
	expect(none.pixels).toBeGreaterThan(100);
	expect(none.b).toBeGreaterThan(2 * none.a);
});
