import type { Mesh } from "../../core/mesh.ts";
import type { Task } from "../../core/parallel.ts";
import { createRasterMemory } from "../raster/rasterize.ts";
import {
	addDepthTerms,
	type DepthPlanes,
	type DepthTermOptions,
} from "./depth-terms.ts";
import {
	addPhotometricTerms,
	type ColorPicture,
	type PhotometricOptions,
} from "./photometric-terms.ts";
import {
	clearPlaneTerms,
	type PlaneList,
	type PlaneTerms,
} from "./plane-terms.ts";
import {
	type OutlineBins,
	type SilhouetteTermOptions,
	silhouettePlanes,
} from "./silhouette-terms.ts";
import { vertexVisibility } from "./vertex-visibility.ts";

// What a step of refine-surface.ts can do in several threads. Arrays lie in memory that all of them see.

export interface StepShared {
	readonly positions: Float64Array; // [vertexCount × 3]
	readonly normals: Float64Array; // [vertexCount × 3]
	readonly outlines: readonly OutlineBins[];
	readonly silhouette: SilhouetteTermOptions;
	readonly visibility: readonly Float32Array[]; // per view [vertexCount] 0–1
	/** Where the terms of ranges go. */
	readonly terms: PlaneTerms;
	readonly depths?:
		| (DepthTermOptions & { readonly views: readonly DepthPlanes[] })
		| undefined;
	readonly photometric?:
		| (PhotometricOptions & { readonly views: readonly ColorPicture[] })
		| undefined;
}

/** An outline, about all vertices; or a range of vertices, whose terms become what is known of depths and colours. */
export type StepPart =
	| { readonly outline: number }
	| { readonly from: number; readonly to: number };

/** The planes of an outline; nothing for a range: its terms are where they belong. */
export const termsTask: Task<StepShared, StepPart, PlaneList | null> = {
	module: import.meta.url,
	name: "termsTask",
	open({
		positions,
		normals,
		outlines,
		silhouette,
		visibility,
		terms,
		depths,
		photometric,
	}) {
		return (part) => {
			if ("outline" in part) {
				const { count, numbers } = silhouettePlanes(
					positions,
					normals,
					outlines[part.outline],
					silhouette,
				);
				return { count, numbers };
			}
			const { from, to } = part;
			clearPlaneTerms(terms, from, to); // a thread may have died half way
			if (depths)
				addDepthTerms(
					terms,
					positions,
					normals,
					depths.views,
					visibility,
					depths,
					from,
					to,
				);
			if (photometric)
				addPhotometricTerms(
					terms,
					positions,
					normals,
					photometric.views,
					visibility,
					photometric,
					from,
					to,
				);
			return null;
		};
	},
	transfer: (planes) => (planes ? [planes.numbers.buffer as ArrayBuffer] : []),
};

/** How well one outline's view sees each vertex: into its place in `visibility`. */
export const visibilityTask: Task<
	Pick<StepShared, "normals" | "outlines" | "visibility"> & {
		readonly mesh: Mesh;
	},
	number,
	null
> = {
	module: import.meta.url,
	name: "visibilityTask",
	open({ mesh, normals, outlines, visibility }) {
		const memory = createRasterMemory();
		return (view) => {
			vertexVisibility(
				mesh,
				normals,
				outlines[view].cone,
				visibility[view],
				memory,
			);
			return null;
		};
	},
};
