import type { Mask } from "../../core/image.ts";
import type { Task } from "../../core/parallel.ts";
import {
	type SilhouetteDistance,
	type SilhouetteDistanceOptions,
	silhouetteDistance,
} from "./silhouette-distance.ts";

/** `silhouetteDistance` of masks, widened by `widenBy` pixels, kept at `maxSide` at most where given. */
export const silhouetteTask: Task<
	SilhouetteDistanceOptions,
	Mask,
	SilhouetteDistance
> = {
	module: import.meta.url,
	name: "silhouetteTask",
	open: (options) => (mask) => silhouetteDistance(mask, options),
	transfer: ({ data }) => [data.buffer as ArrayBuffer],
};
