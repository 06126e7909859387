import type { Camera } from "./camera.ts";
import type { Box, Mesh } from "./mesh.ts";
import type { RunContext } from "./run-context.ts";

/** Signed scalar field: negative inside, zero on the surface. Sampled in batches. */
export interface Field {
	readonly bounds: Box;
	/**
	 * Upper bound of |∇f|, where the field has one. A sampler may then skip every cell
	 * whose centre value exceeds `lipschitz` × its half diagonal.
	 */
	readonly lipschitz?: number;
	/** Cells along the longest side of the bounds beyond which nothing new is seen, where there is such an end. */
	readonly finestResolution?: number;
	/** Writes f at `count` points. */
	sample(
		points: Float32Array, // [count × 3]
		out: Float32Array, // [count]
		count: number,
	): void;
}

/** Surface colour anywhere in space, where an engine has one of its own. */
export interface ColorField {
	sample(
		points: Float32Array, // [count × 3]
		out: Float32Array, // [count × 3] linear RGB, 0–1
		count: number,
	): void;
}

/** What an engine hands back. */
export type Shape = (
	| { readonly kind: "field"; readonly field: Field }
	| { readonly kind: "mesh"; readonly mesh: Mesh }
	/** A network's field, which only the engine itself can follow well. */
	| {
			readonly kind: "volume";
			/** Closed surface with `resolution` cells along the longest side. */
			surface(resolution: number, ctx: RunContext): Promise<Mesh>;
	  }
) & {
	/** In place of the views' own, where the engine turned guessed ones: one per view. */
	readonly cameras?: readonly Camera[];
	/** Colours for surface that no view sees (or for all of it, when there is no view). */
	readonly color?: ColorField;
	/** Colours of the whole surface, in place of projected pictures. */
	readonly paint?: SurfacePaint;
};

/** Colours that an engine gives to every point of its surface; a network may be behind it. */
export interface SurfacePaint {
	sample(
		points: Float32Array, // [count × 3]
		ctx: RunContext,
	): Promise<Float32Array> /* [count × 3] linear RGB, 0–1 */;
}
