import { expect, test } from "vitest";
import type { View } from "../core/view.ts";
import { canonicalCamera } from "../kernel/math/camera.ts";
import { takeCameras } from "./take-cameras.ts";

test("views take the cameras that an engine turned, and else keep theirs", () => {
	const front = canonicalCamera("front", 8, 8);
	const top = canonicalCamera("top", 8, 8);
	const view: View = {
		image: { width: 8, height: 8, data: new Uint8ClampedArray(256) },
		mask: { width: 8, height: 8, data: new Uint8Array(64) },
		camera: front,
		label: "one",
	};
	expect(takeCameras([view], {})).toEqual([view]);
	expect(takeCameras([view], { cameras: [top] })).toEqual([
		{ ...view, camera: top },
	]);
});
