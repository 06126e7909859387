import type { Checkpoint } from "../../core/run-context.ts";

/** Sweeps on each level, coarsest first. */
const SWEEPS = [160, 120, 100];
/** Over-relaxation: 2 is the limit of stability. */
const OMEGA = 1.9;

/**
 * Solves Δu = −4 inside the outline with u = 0 on it; √u turns a disc into an exact sphere.
 *
 * Gauss-Seidel with over-relaxation, from a coarse grid to the full one. The outline lies between
 * pixels: a neighbour outside enters with the value that makes u vanish where the signed distance
 * does (Shortley and Weller, 1938). Inflation by a Poisson equation: Nealen et al., "FiberMesh", 2007.
 */
export function inflatePoisson(
	distance: Float32Array, // [size × size] signed, pixels, negative inside
	size: number,
	checkpoint?: Checkpoint,
): Float32Array /* [size × size] pixels², 0 outside */ {
	let u: Float32Array | null = null;
	let coarser = 0;
	for (let level = 0; level < SWEEPS.length; level++) {
		checkpoint?.(level / SWEEPS.length);
		const shrink = 2 ** (SWEEPS.length - 1 - level);
		const side = Math.max(8, Math.round(size / shrink));
		const scaled =
			side === size ? distance : resample(distance, size, side, side / size);
		const start: Float32Array = u
			? resample(u, coarser, side, (side / coarser) ** 2)
			: new Float32Array(side * side);
		relax(start, scaled, side, SWEEPS[level]);
		u = start;
		coarser = side;
	}
	return u as Float32Array;
}

function relax(
	u: Float32Array,
	distance: Float32Array,
	size: number,
	sweeps: number,
): void {
	// (1) Inside pixels, and what each divides by.
	const inside: number[] = [];
	const divisor: number[] = [];
	const steps = [-1, 1, -size, size];
	for (let y = 1; y < size - 1; y++)
		for (let x = 1; x < size - 1; x++) {
			const at = y * size + x;
			if (!(distance[at] < 0)) continue;
			let sum = 0;
			for (const step of steps) {
				const beyond = distance[at + step];
				sum += beyond < 0 ? 1 : 1 + beyond / Math.max(0.2, -distance[at]);
			}
			inside.push(at);
			divisor.push(sum);
		}
	for (let at = 0; at < u.length; at++) if (!(distance[at] < 0)) u[at] = 0;
	const pixels = Int32Array.from(inside);
	const scale = Float32Array.from(divisor, (d) => 1 / d);
	// (2) Sweeps, back and forth. Outside pixels stay 0 and so do not count.
	for (let sweep = 0; sweep < sweeps; sweep++)
		for (let n = 0; n < pixels.length; n++) {
			const k = sweep % 2 === 0 ? n : pixels.length - 1 - n;
			const at = pixels[k];
			const target =
				(u[at - 1] + u[at + 1] + u[at - size] + u[at + size] + 4) * scale[k];
			u[at] += OMEGA * (target - u[at]);
		}
	for (let n = 0; n < pixels.length; n++)
		u[pixels[n]] = Math.max(0, u[pixels[n]]);
}

/** Bilinear copy at another size, with its values multiplied. */
function resample(
	src: Float32Array,
	from: number,
	to: number,
	gain: number,
): Float32Array {
	const out = new Float32Array(to * to);
	for (let j = 0; j < to; j++)
		for (let i = 0; i < to; i++) {
			const x = Math.max(0, Math.min(from - 1, ((i + 0.5) * from) / to - 0.5));
			const y = Math.max(0, Math.min(from - 1, ((j + 0.5) * from) / to - 0.5));
			const x0 = Math.floor(x);
			const y0 = Math.floor(y);
			const x1 = Math.min(from - 1, x0 + 1);
			const y1 = Math.min(from - 1, y0 + 1);
			const upper =
				src[y0 * from + x0] * (x0 + 1 - x) + src[y0 * from + x1] * (x - x0);
			const lower =
				src[y1 * from + x0] * (x0 + 1 - x) + src[y1 * from + x1] * (x - x0);
			out[j * to + i] = gain * (upper * (y0 + 1 - y) + lower * (y - y0));
		}
	return out;
}
