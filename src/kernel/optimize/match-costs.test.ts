import { expect, test } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import { colorPyramid } from "../image/color-pyramid.ts";
import { icosphere } from "../mesh/shapes.ts";
import { rasterize } from "../raster/rasterize.ts";
import { matchCosts, sumOverWindows, WORST_MATCH } from "./match-costs.ts";
import { lookFrom, paintedView } from "./painted-view.test-support.ts";
import { sweepView } from "./sweep-depth.ts";

test("a place costs least at its true depth; off the object it costs nothing, and at no depth tried the most", () => {
	const SIZE = 64;
	const ball = icosphere(4, 0.5);
	const [view, other] = [
		lookFrom(0, 0, 2, SIZE, 80),
		lookFrom(0.5, 0.2, 2, SIZE, 80),
	]
		.map((camera) => paintedView(ball, camera))
		.map(({ image, mask, camera }) =>
			sweepView(camera, colorPyramid(image, mask, 1)[0]),
		);
	const truth = rasterize(ball, view.camera).depth;
	const box = { left: 26, top: 24, columns: 12, rows: 16 };
	const size = box.columns * box.rows;
	const count = 9;
	const spacing = 0.05;
	const first = new Float32Array(size);
	for (let n = 0; n < size; n++)
		first[n] =
			truth[(Math.floor(n / 12) + box.top) * SIZE + (n % 12) + box.left] -
			4 * spacing;
	const ends = new Int32Array(size).fill(count);
	ends[5] = 0;
	ends[6] = 3;
	const out = new Float32Array(size * count);
	matchCosts(view, other, { box, first, ends, count, spacing }, out);
	for (let k = 0; k < count; k++) {
		expect(out[5 * count + k]).toBe(0);
		if (k >= 3) expect(out[6 * count + k]).toBeCloseTo(WORST_MATCH, 6);
	}
	const mean = Array.from({ length: count }, (_, k) => {
		let sum = 0;
		for (let n = 7; n < size; n++) sum += out[n * count + k];
		return sum / (size - 7);
	});
	expect(mean.indexOf(Math.min(...mean))).toBe(4);
	expect(mean[4]).toBeLessThan(0.03);
	expect(mean[0]).toBeGreaterThan(0.06);

	// So near that the other view does not show the place.
	matchCosts(
		view,
		other,
		{ box, first: first.fill(0.2), ends, count, spacing },
		out,
	);
	expect(out[8 * count]).toBeCloseTo(WORST_MATCH, 6);
});

test.each([
	[7, 5, 3, 1],
	[4, 9, 2, 3],
	[1, 1, 4, 2],
	[6, 2, 1, 0],
])(
	"windows of %i × %i pixels, %i values, radius %i (seed 8)",
	(columns, rows, count, radius) => {
		const random = createRandom(8);
		const values = Float32Array.from(
			{ length: columns * rows * count },
			random,
		);
		const want = values.map((_, i) => {
			const k = i % count;
			const n = Math.floor(i / count);
			let sum = 0;
			for (let y = -radius; y <= radius; y++)
				for (let x = -radius; x <= radius; x++) {
					const column = (n % columns) + x;
					const row = Math.floor(n / columns) + y;
					if (column < 0 || row < 0 || column >= columns || row >= rows)
						continue;
					sum += values[(row * columns + column) * count + k];
				}
			return sum;
		});
		const scratch = new Float32Array(values.length);
		sumOverWindows(
			values,
			scratch,
			{ left: 0, top: 0, columns, rows },
			count,
			radius,
		);
		for (let i = 0; i < want.length; i++)
			expect(values[i]).toBeCloseTo(want[i], 5);
	},
);
