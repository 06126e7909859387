import type { Checkpoint } from "../../core/run-context.ts";

/** Sweeps of Gauss-Seidel with over-relaxation. */
const SWEEPS = 160;
const OMEGA = 1.8;

/**
 * Depths made smooth, the more where they cannot be trusted: minimises
 * Σ trust · (z − values)² + stiffness · |∇z|² over the pixels inside the outline, with no pull across it
 * (a screened Poisson equation; Bhat et al., 2008). Thin parts of low trust follow the thick ones they join.
 */
export function settleDepth(
	values: Float32Array, // [size × size]
	trust: Float32Array, // [size × size] 0–1
	distance: Float32Array, // [size × size] signed, work pixels, negative inside
	size: number,
	stiffness: number,
	checkpoint?: Checkpoint,
): Float32Array /* [size × size] as given outside */ {
	const out = values.slice();
	const inside: number[] = [];
	for (let y = 1; y < size - 1; y++)
		for (let x = 1; x < size - 1; x++)
			if (distance[y * size + x] < 0) inside.push(y * size + x);
	const pixels = Int32Array.from(inside);
	for (let sweep = 0; sweep < SWEEPS; sweep++) {
		if (sweep % 16 === 0) checkpoint?.(sweep / SWEEPS);
		for (let n = 0; n < pixels.length; n++) {
			const at = pixels[sweep % 2 === 0 ? n : pixels.length - 1 - n];
			let sum = trust[at] * values[at];
			let weight = trust[at];
			if (distance[at - 1] < 0) {
				sum += stiffness * out[at - 1];
				weight += stiffness;
			}
			if (distance[at + 1] < 0) {
				sum += stiffness * out[at + 1];
				weight += stiffness;
			}
			if (distance[at - size] < 0) {
				sum += stiffness * out[at - size];
				weight += stiffness;
			}
			if (distance[at + size] < 0) {
				sum += stiffness * out[at + size];
				weight += stiffness;
			}
			if (weight > 0) out[at] += OMEGA * (sum / weight - out[at]);
		}
	}
	return out;
}
