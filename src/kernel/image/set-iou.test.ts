import { expect, it } from "vitest";
import { setIou } from "./set-iou.ts";

it("is the shared share", () => {
	expect(
		setIou(Uint8Array.of(1, 1, 0, 0), Uint8Array.of(0, 9, 1, 0)),
	).toBeCloseTo(1 / 3);
	expect(setIou(new Uint8Array(3), new Uint8Array(3))).toBe(1);
	expect(() => setIou(new Uint8Array(3), new Uint8Array(4))).toThrow(
		RangeError,
	);
});
