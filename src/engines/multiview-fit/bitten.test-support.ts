import type { Field } from "../../core/shape.ts";

/** A ball with a dish in its front: outlines show the dish as a flat lid. */
export const BITTEN: Field = {
	bounds: { min: [-0.5, -0.5, -0.5], max: [0.5, 0.5, 0.5] },
	lipschitz: 1,
	sample(points, out, count) {
		for (let n = 0; n < count; n++) {
			const [x, y, z] = points.subarray(n * 3, n * 3 + 3);
			out[n] = Math.max(
				Math.hypot(x, y, z) - 0.48,
				0.5 - Math.hypot(x, y, z - 0.75),
			);
		}
	},
};
