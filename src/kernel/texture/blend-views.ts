import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import type { View } from "../../core/view.ts";
import { balanceExposure } from "./balance-exposure.ts";
import {
	createPointSamples,
	createProjector,
	type ProjectionOptions,
	type SurfacePoints,
	samplePoints,
} from "./project-view.ts";

export interface BlendOptions extends ProjectionOptions {
	/** Solve a small gain per view so that overlaps agree: for photos, not for renders. Default false. */
	readonly balanceExposure?: boolean;
}

/** Colours of points, blended from all views that see them. */
export interface Blend {
	readonly color: Float32Array; // [count × 3] linear RGB
	readonly confidence: Float32Array; // [count] 0–1; 0: no view
	readonly viewCount: Uint8Array; // [count] views that see the point
}

/** Blends the views at each point in linear light. `onView` sees each view's visibility in turn. */
export function blendViews(
	mesh: Mesh,
	views: readonly View[],
	points: SurfacePoints,
	options: BlendOptions = {},
	checkpoint?: Checkpoint,
	onView?: (seen: Uint8Array, viewIndex: number) => void,
): Blend {
	const { count } = points;
	const color = new Float32Array(3 * count);
	const total = new Float32Array(count);
	const confidence = new Float32Array(count);
	const viewCount = new Uint8Array(count);
	const samples = createPointSamples(count);
	const gains =
		options.balanceExposure && views.length > 1
			? balanceExposure(mesh, views, points, options, checkpoint)
			: undefined;
	for (let view = 0; view < views.length; view++) {
		const report =
			checkpoint &&
			((fraction: number) => checkpoint((view + fraction) / views.length));
		const projector = createProjector(mesh, views[view], options, report);
		samplePoints(projector, points, samples, report);
		const { weight, seen } = samples;
		const gain = gains ? gains[view] : 1;
		for (let i = 0; i < count; i++) {
			if (seen[i] !== 0 && viewCount[i] < 255) viewCount[i]++;
			const w = weight[i];
			if (w === 0) continue;
			total[i] += w;
			const g = w * gain;
			color[3 * i] += g * samples.color[3 * i];
			color[3 * i + 1] += g * samples.color[3 * i + 1];
			color[3 * i + 2] += g * samples.color[3 * i + 2];
			if (samples.confidence[i] > confidence[i])
				confidence[i] = samples.confidence[i];
		}
		onView?.(seen, view);
	}
	for (let i = 0; i < count; i++) {
		if (total[i] === 0) continue;
		const inverse = 1 / total[i];
		color[3 * i] *= inverse;
		color[3 * i + 1] *= inverse;
		color[3 * i + 2] *= inverse;
	}
	return { color, confidence, viewCount };
}
