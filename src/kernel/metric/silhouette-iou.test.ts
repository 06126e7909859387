import { expect, it } from "vitest";
import { createMask } from "../../core/image.ts";
import { silhouetteIou } from "./silhouette-iou.ts";

it("counts pixels from half coverage", () => {
	const a = createMask(4, 1);
	const b = createMask(4, 1);
	a.data.set([255, 128, 127, 0]);
	b.data.set([255, 0, 255, 127]);
	expect(silhouetteIou(a, b)).toBeCloseTo(1 / 3, 12);
});

it("two empty silhouettes agree, an empty and a full one do not", () => {
	const empty = createMask(4, 4);
	const full = createMask(4, 4);
	full.data.fill(128);
	expect(silhouetteIou(empty, empty)).toBe(1);
	expect(silhouetteIou(empty, full)).toBe(0);
	expect(() => silhouetteIou(empty, createMask(2, 8))).toThrow(RangeError);
});
