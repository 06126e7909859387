// An engine of one's own: the axis-aligned ball that fits the views. Everything else is the pipeline's.
import { z } from "zod";
import type { Engine } from "../src/index.ts";

export const ballEngine: Engine<{ radius: number }> = {
	id: "ball",
	title: "Ball",
	summary: "a ball, whatever the picture shows",
	options: z.object({
		radius: z.number().min(0.1).max(1).default(0.4).describe("World units"),
	}),
	needs: { views: [1, 200], weights: [], memoryMB: 50 },
	licence: { name: "MIT", commercial: "yes" },
	async reconstruct(_views, { radius }) {
		return {
			kind: "field",
			field: {
				bounds: { min: [-1, -1, -1], max: [1, 1, 1] },
				lipschitz: 1,
				sample(points, out, count) {
					for (let k = 0, i = 0; k < count; k++, i += 3)
						out[k] =
							Math.hypot(points[i], points[i + 1], points[i + 2]) - radius;
				},
			},
		};
	},
};
