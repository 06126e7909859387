import type { Mask } from "../../core/image.ts";
import type { Task } from "../../core/parallel.ts";
import {
	type SilhouetteDistance,
	silhouetteDistance,
} from "./silhouette-distance.ts";

/** `silhouetteDistance` of masks, widened by `widenBy` pixels, kept at `maxSide` at most where given. */
export const silhouetteTask: Task<
	{ readonly widenBy: number; readonly maxSide?: number },
	Mask,
	SilhouetteDistance
> = {
	module: import.meta.url,
	name: "silhouetteTask",
	open:
		({ widenBy, maxSide }) =>
		(mask) =>
			silhouetteDistance(mask, widenBy, maxSide),
	transfer: ({ data }) => [data.buffer as ArrayBuffer],
};
