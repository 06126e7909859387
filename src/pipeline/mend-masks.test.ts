import { describe, expect, it } from "vitest";
import { createImage, type Mask } from "../core/image.ts";
import type { Cutout } from "../core/photo.ts";
import { createRunContext, type Notice } from "../core/run-context.ts";
import type { ViewName } from "../core/view.ts";
import { canonicalCamera } from "../kernel/math/camera.ts";
import { mendMasks } from "./mend-masks.ts";

const SIDE = 200;

/** A square object with round holes. */
function plate(...holes: readonly [x: number, y: number, r: number][]): Mask {
	const data = new Uint8Array(SIDE * SIDE);
	for (let p = 0; p < data.length; p++) {
		const [x, y] = [p % SIDE, Math.floor(p / SIDE)];
		if (Math.max(Math.abs(x - 99.5), Math.abs(y - 99.5)) > 60) continue;
		if (holes.some(([a, b, r]) => Math.hypot(x - a, y - b) < r)) continue;
		data[p] = 255;
	}
	return { width: SIDE, height: SIDE, data };
}

function mend(
	masks: Partial<Record<ViewName, Mask>>,
	method: Cutout["method"] = "alpha",
): { mended: Cutout[]; cutouts: Cutout[]; notices: Notice[] } {
	const { ctx, record } = createRunContext();
	const names = Object.keys(masks) as ViewName[];
	const cutouts = names.map((name): Cutout => {
		const mask = masks[name] as Mask;
		const image = createImage(SIDE, SIDE);
		for (let p = 0; p < mask.data.length; p++)
			if (mask.data[p] > 0) image.data.set([200, 60, 30, 255], p * 4);
		const source = {
			sha256: name,
			sizeBytes: 1,
			format: "png",
			width: SIDE,
			height: SIDE,
		};
		const photo = { image, label: `${name}.png`, name, source };
		return { photo, mask, method, confidence: 1 };
	});
	const cameras = names.map((name) => canonicalCamera(name, SIDE, SIDE));
	return {
		mended: mendMasks(cutouts, cameras, ctx),
		cutouts,
		notices: record.notices,
	};
}

describe("mendMasks", () => {
	it("fills a hole that the back does not show, with the colour round it", () => {
		const { mended, notices } = mend({
			front: plate([80, 90, 4]),
			back: plate(),
		});
		expect(mended[0].mask).toEqual(plate());
		const at = (90 * SIDE + 80) * 4;
		const [r, g, b] = mended[0].photo.image.data.subarray(at, at + 3);
		expect(Math.abs(r - 200)).toBeLessThan(3);
		expect(Math.abs(g - 60)).toBeLessThan(3);
		expect(Math.abs(b - 30)).toBeLessThan(3);
		expect(notices).toMatchObject([{ code: "mask-mended" }]);
		expect(notices[0].message).toContain("1 in front.png");
	});

	it("keeps the colours of a photograph, which shows the object in the hole", () => {
		const { mended, cutouts } = mend(
			{ front: plate([80, 90, 4]), back: plate() },
			"grabcut",
		);
		expect(mended[0].photo).toBe(cutouts[0].photo);
		expect(mended[0].mask).toEqual(plate());
	});

	it.each<[string, Partial<Record<ViewName, Mask>>]>([
		[
			"shows from both ends",
			{ front: plate([99.5, 99.5, 5]), back: plate([99.5, 99.5, 5]) },
		],
		[
			"no opposite view can deny",
			{ front: plate([80, 90, 4]), right: plate() },
		],
		["is large", { front: plate([99.5, 99.5, 25]), back: plate() }],
	])("leaves a hole that %s", (_, masks) => {
		const { mended, cutouts, notices } = mend(masks);
		expect(mended).toEqual(cutouts);
		expect(notices).toEqual([]);
	});

	it("leaves a grating alone", () => {
		const holes = Array.from(
			{ length: 16 },
			(_, k): [number, number, number] => [
				55 + 25 * (k % 4),
				55 + 25 * Math.floor(k / 4),
				3,
			],
		);
		const { mended, cutouts } = mend({ front: plate(...holes), back: plate() });
		expect(mended).toEqual(cutouts);
	});
});
