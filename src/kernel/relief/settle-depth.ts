import type { Checkpoint } from "../../core/run-context.ts";

/** Conjugate gradients stop after so many steps, or at this share of the first residual. */
const MAX_STEPS = 400;
const TOLERANCE = 1e-4;

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
	// (1) The pixels inside and their neighbours; a missing neighbour is the pixel itself and so pulls nothing.
	const indexOf = new Int32Array(size * size).fill(-1);
	let count = 0;
	for (let at = 0; at < indexOf.length; at++)
		if (distance[at] < 0) indexOf[at] = count++;
	const pixels = new Int32Array(count);
	const near = new Int32Array(4 * count);
	for (let at = 0; at < indexOf.length; at++) {
		const n = indexOf[at];
		if (n < 0) continue;
		pixels[n] = at;
		const x = at % size;
		near[4 * n] = x > 0 && indexOf[at - 1] >= 0 ? indexOf[at - 1] : n;
		near[4 * n + 1] =
			x + 1 < size && indexOf[at + 1] >= 0 ? indexOf[at + 1] : n;
		near[4 * n + 2] =
			at >= size && indexOf[at - size] >= 0 ? indexOf[at - size] : n;
		near[4 * n + 3] =
			at + size < indexOf.length && indexOf[at + size] >= 0
				? indexOf[at + size]
				: n;
	}
	// (2) Conjugate gradients on (trust + stiffness · L) z = trust · values, from the values.
	const z = new Float64Array(count);
	const r = new Float64Array(count);
	const p = new Float64Array(count);
	const q = new Float64Array(count);
	const inverse = new Float64Array(count);
	for (let n = 0; n < count; n++) z[n] = values[pixels[n]];
	let before = 0;
	for (let n = 0; n < count; n++) {
		let pull = 0;
		let degree = 0;
		for (let k = 4 * n; k < 4 * n + 4; k++) {
			pull += z[near[k]] - z[n];
			if (near[k] !== n) degree++;
		}
		inverse[n] = 1 / (trust[pixels[n]] + stiffness * degree || 1);
		r[n] = stiffness * pull;
		p[n] = r[n] * inverse[n];
		before += r[n] * p[n];
	}
	const goal = before * TOLERANCE * TOLERANCE;
	for (let step = 0; step < MAX_STEPS && before > goal; step++) {
		if (step % 20 === 0) checkpoint?.(step / MAX_STEPS);
		let curvature = 0;
		for (let n = 0; n < count; n++) {
			const own = p[n];
			const k = 4 * n;
			q[n] =
				trust[pixels[n]] * own +
				stiffness *
					(4 * own -
						p[near[k]] -
						p[near[k + 1]] -
						p[near[k + 2]] -
						p[near[k + 3]]);
			curvature += own * q[n];
		}
		if (!(curvature > 0)) break;
		const alpha = before / curvature;
		let after = 0;
		for (let n = 0; n < count; n++) {
			z[n] += alpha * p[n];
			r[n] -= alpha * q[n];
			after += r[n] * r[n] * inverse[n];
		}
		const beta = after / before;
		before = after;
		for (let n = 0; n < count; n++) p[n] = r[n] * inverse[n] + beta * p[n];
	}
	const out = values.slice();
	for (let n = 0; n < count; n++) out[pixels[n]] = z[n];
	return out;
}
