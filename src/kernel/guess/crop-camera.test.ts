import { expect, test } from "vitest";
import { canonicalCamera, projectionMatrix } from "../math/camera.ts";
import { cropCamera } from "./crop-camera.ts";

const width = 60;
const height = 40;

test("the crop's camera sees a point where it lies in the crop", () => {
	const camera = canonicalCamera("right", width, height);
	const crop = { centreU: 40, centreV: 15, halfSide: 11 };
	const cut = cropCamera(camera, crop, 64);
	const project = (p: Float64Array): [number, number] => {
		const at = (row: number): number =>
			p[row] * 0.1 + p[row + 1] * 0.2 + p[row + 2] * -0.3 + p[row + 3];
		return [at(0) / at(8), at(4) / at(8)];
	};
	const [u, v] = project(projectionMatrix(camera));
	const [x, y] = project(projectionMatrix(cut));
	expect(x).toBeCloseTo(((u - 40 + 11) * 64) / 22, 9);
	expect(y).toBeCloseTo(((v - 15 + 11) * 64) / 22, 9);
	expect([cut.width, cut.height]).toEqual([64, 64]);
});
