import type { Camera } from "../../core/camera.ts";
import type { Mesh } from "../../core/mesh.ts";
import { projectionMatrix } from "../math/camera.ts";

/** Line width at 512 pixels of picture. */
const LINE_PIXELS = 1.1;
/** Triangles lower than this many line widths get fainter lines, so that dense meshes do not turn black. */
const FADE_BELOW = 6;
const DARKEST = 0.75;

/** Makes a function that says how much ink of the triangle's outline lies on the middle of some samples, 0–1. */
export function createWireframe(
	mesh: Mesh,
	camera: Camera,
): (
	triangle: number,
	count: number,
	b: Float64Array,
	c: Float64Array,
) => number {
	const { positions, indices } = mesh;
	const p = projectionMatrix(camera);
	const lineWidth = (LINE_PIXELS * Math.max(camera.width, camera.height)) / 512;
	const u = new Float64Array(3);
	const v = new Float64Array(3);
	let last = -1;
	// Of the last triangle: height over each side in pixels.
	let heightA = 0;
	let heightB = 0;
	let heightC = 0;
	let strength = 0;
	const prepare = (triangle: number): void => {
		last = triangle;
		for (let k = 0; k < 3; k++) {
			const i = indices[triangle * 3 + k] * 3;
			const x = positions[i];
			const y = positions[i + 1];
			const z = positions[i + 2];
			const w = 1 / (p[8] * x + p[9] * y + p[10] * z + p[11]);
			u[k] = (p[0] * x + p[1] * y + p[2] * z + p[3]) * w;
			v[k] = (p[4] * x + p[5] * y + p[6] * z + p[7]) * w;
		}
		const area2 = Math.abs(
			(u[1] - u[0]) * (v[2] - v[0]) - (u[2] - u[0]) * (v[1] - v[0]),
		);
		heightA = area2 / Math.hypot(u[2] - u[1], v[2] - v[1]);
		heightB = area2 / Math.hypot(u[0] - u[2], v[0] - v[2]);
		heightC = area2 / Math.hypot(u[1] - u[0], v[1] - v[0]);
		const lowest = Math.min(heightA, heightB, heightC);
		strength = DARKEST * Math.min(1, lowest / (FADE_BELOW * lineWidth));
	};
	return (triangle, count, b, c) => {
		if (triangle !== last) prepare(triangle);
		let ink = 0;
		for (let k = 0; k < count; k++) {
			const distance = Math.min(
				(1 - b[k] - c[k]) * heightA,
				b[k] * heightB,
				c[k] * heightC,
			);
			// The line is shared by two triangles: half of its width lies in each.
			const edge = lineWidth / 2 + 0.25 - distance;
			if (edge > 0) ink += Math.min(1, edge * 2);
		}
		return (strength * ink) / count;
	};
}
