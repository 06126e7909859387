import { describe, expect, it } from "vitest";
import { LunarError } from "../core/errors.ts";
import { createImage } from "../core/image.ts";
import type { Photo } from "../core/photo.ts";
import { boxInPhoto, checkCorrections, type ObjectBox } from "./corrections.ts";

/** 400 × 300 pixels, kept at half that. */
const photo: Photo = {
	image: createImage(200, 150),
	label: "desk.jpg",
	source: { sha256: "", sizeBytes: 1, format: "jpeg", width: 400, height: 300 },
};

function codeOf(work: () => unknown): string {
	try {
		work();
	} catch (error) {
		if (error instanceof LunarError) return error.code;
		throw error;
	}
	return "none";
}

describe("boxInPhoto", () => {
	it("is in pixels of the file, whatever size is kept", () => {
		expect(boxInPhoto([40, 60, 100, 120], photo)).toEqual({
			box: { left: 20, top: 30, right: 70, bottom: 90 },
			notices: [],
		});
	});

	it.each<[string, ObjectBox]>([
		["left and above", [-30, -10, 100, 100]],
		["right", [350, 100, 100, 100]],
	])("is cut at the border where it reaches beyond: %s", (_, given) => {
		const { box, notices } = boxInPhoto(given, photo);
		expect(notices.map(({ code }) => code)).toEqual(["box-cut"]);
		expect(box.left).toBeGreaterThanOrEqual(0);
		expect(box.top).toBeGreaterThanOrEqual(0);
		expect(box.right).toBeLessThanOrEqual(200);
		expect(box.bottom).toBeLessThanOrEqual(150);
	});

	it.each<ObjectBox>([
		[400, 0, 50, 50],
		[-60, 10, 50, 50],
		[10, 10, 0, 50],
		[10, 10, 50, -5],
		[10, 10, 4, 200],
		[Number.NaN, 0, 50, 50],
		[0, 0, Number.POSITIVE_INFINITY, 50],
	])("refuses %d,%d,%d,%d", (...given) => {
		expect(codeOf(() => boxInPhoto(given, photo))).toBe("BOX_INVALID");
	});
});

describe("checkCorrections", () => {
	const box: ObjectBox = [0, 0, 9, 9];

	it.each([
		[{}, "keep", 6, 0],
		[{ box }, "auto", 1, 0],
		[{ object: 2 }, "alpha", 1, 0],
		[{}, "auto", 1, 1],
		[{}, "auto", 6, 6], // in the library each picture may have its own
	] as const)(
		"takes %o with %s, %i pictures, %i masks",
		(corrections, background, pictures, masks) => {
			expect(
				codeOf(() =>
					checkCorrections(corrections, background, pictures, masks),
				),
			).toBe("none");
		},
	);

	it.each([
		[{ box, object: 2 }, "auto", 1, 0],
		[{ box }, "auto", 1, 1],
		[{ object: 1 }, "auto", 1, 1],
		[{ box }, "auto", 6, 0],
		[{ object: 2 }, "auto", 2, 0],
		[{ box }, "keep", 1, 0],
		[{ object: 2 }, "keep", 1, 0],
		[{}, "keep", 1, 1],
		[{}, "grabcut", 1, 1],
	] as const)(
		"refuses %o with %s, %i pictures, %i masks",
		(corrections, background, pictures, masks) => {
			expect(
				codeOf(() =>
					checkCorrections(corrections, background, pictures, masks),
				),
			).toBe("OPTION_INVALID");
		},
	);
});
