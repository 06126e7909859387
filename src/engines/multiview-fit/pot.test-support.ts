import type { Field } from "../../core/shape.ts";

/** Thickness of the pot. */
export const WALL = 0.07;
const MOUTH = 0.3;

/** A ball, or a round pot that is open above. */
export function pot(isOpen: boolean): Field {
	return {
		bounds: { min: [-0.5, -0.5, -0.5], max: [0.5, 0.5, 0.5] },
		lipschitz: 1,
		sample(points, out, count) {
			for (let n = 0; n < count; n++) {
				const [x, y, z] = points.subarray(n * 3, n * 3 + 3);
				const ball = Math.hypot(x, y, z) - 0.46;
				const mouth = Math.max(Math.hypot(x, z) - MOUTH, -y);
				out[n] = isOpen
					? Math.max(ball, -Math.min(ball + WALL, mouth), y - 0.33)
					: ball;
			}
		},
	};
}

/** Clay under an open sky: dark below, and evenly dark inside, where nothing can be matched. */
export function clay(
	x: number,
	y: number,
	z: number,
): [number, number, number] {
	const isInside = Math.hypot(x, y, z) < 0.46 - WALL / 2;
	const light = isInside ? 0.12 : 0.65 + 0.3 * y;
	return [light, 0.8 * light, 0.65 * light];
}
