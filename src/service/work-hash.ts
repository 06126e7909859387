import { createHash } from "node:crypto";
import { resolveRunOptions } from "../pipeline/options.ts";
import { VERSION } from "../pipeline/version.ts";
import type { JobRequest } from "./job.ts";

/**
 * The same hash is the same work: pictures, cameras, corrections, engines and every option as it will be used, by the
 * same version of this program. `engines` are those that will run ('auto' resolved).
 */
export function workHashOf(
	request: JobRequest,
	engines: readonly string[],
): string {
	const work = {
		version: VERSION,
		inputs: request.inputs.map(({ sha256, label, view }) => [
			sha256,
			label,
			view,
		]),
		camera: request.cameraFile?.sha256,
		masks: (request.masks ?? [])
			.map(({ sha256, label }) => [label, sha256])
			.sort(),
		engines,
		engineOptions: request.engineOptions,
		options: resolveRunOptions(request.options),
		formats: [...request.formats].sort(),
	};
	return createHash("sha256").update(canonical(work)).digest("hex");
}

/** JSON with sorted keys: equal values, equal text. */
export function canonical(value: unknown): string {
	return JSON.stringify(value, (_, inner) =>
		inner !== null && typeof inner === "object" && !Array.isArray(inner)
			? Object.fromEntries(
					Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)),
				)
			: inner,
	);
}

/** Jobs of one class take about as long as each other on one machine. */
export function sizeClassOf({ inputs, options }: JobRequest): string {
	const { resolution, texture, textureSize } = resolveRunOptions(options);
	const views = inputs.length === 1 ? "1" : inputs.length <= 6 ? "6" : "many";
	const grid = 2 ** Math.round(Math.log2(resolution));
	return `${views} views, ${grid}, ${texture ? textureSize : "no"} texture`;
}
