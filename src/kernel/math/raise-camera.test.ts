import { expect, test } from "vitest";
import { cameraCentre, canonicalCamera, pixelRay } from "./camera.ts";
import { raiseCamera } from "./raise-camera.ts";

test.each(["front", "right"] as const)(
	"a %s camera raised by 30 degrees stands higher and still looks at the origin",
	(name) => {
		const camera = raiseCamera(canonicalCamera(name, 64, 64), Math.PI / 6);
		const eye = cameraCentre(camera);
		expect(eye[1]).toBeCloseTo(2.5 * Math.sin(Math.PI / 6), 9);
		expect(Math.hypot(...eye)).toBeCloseTo(2.5, 9);
		const ray = pixelRay(camera, 32, 32);
		for (let axis = 0; axis < 3; axis++)
			expect(ray[axis]).toBeCloseTo(-eye[axis] / 2.5, 9);
		// Level sideways: the right-hand axis has no height.
		expect(camera.worldFromCamera[4]).toBeCloseTo(0, 9);
	},
);
