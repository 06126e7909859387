import type { Task } from "../task.ts";
import { bake } from "./bake.ts";
import { closestPoint } from "./closest-point.ts";
import { components } from "./components.ts";
import { convolveTask } from "./convolve.ts";
import { endToEnd } from "./end-to-end.ts";
import { fairStepTask } from "./fair-step.ts";
import { isosurface } from "./isosurface.ts";
import { rasterizeTask } from "./rasterize.ts";
import { selfIntersections } from "./self-intersections.ts";
import { simplifyTask } from "./simplify.ts";
import { smooth } from "./smooth.ts";
import { sweepDepthTask } from "./sweep-depth.ts";
import { threadsTask } from "./threads.ts";
import { unwrapTask } from "./unwrap.ts";
import { writeGlbTask } from "./write-glb.ts";

/** Every verb that is timed, in the order of the pipeline. */
export const TASKS: readonly Task[] = [
	isosurface,
	convolveTask,
	sweepDepthTask,
	fairStepTask,
	components,
	smooth,
	simplifyTask,
	unwrapTask,
	bake,
	threadsTask,
	rasterizeTask,
	closestPoint,
	selfIntersections,
	writeGlbTask,
	endToEnd,
];
