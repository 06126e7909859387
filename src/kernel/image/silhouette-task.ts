import type { Mask } from "../../core/image.ts";
import type { Task } from "../../core/parallel.ts";
import {
	type SilhouetteDistance,
	silhouetteDistance,
} from "./silhouette-distance.ts";

/** `silhouetteDistance` of masks, widened by `widenBy` pixels. */
export const silhouetteTask: Task<
	{ readonly widenBy: number },
	Mask,
	SilhouetteDistance
> = {
	module: import.meta.url,
	name: "silhouetteTask",
	open:
		({ widenBy }) =>
		(mask) =>
			silhouetteDistance(mask, widenBy),
	transfer: ({ data }) => [data.buffer as ArrayBuffer],
};
