import { solveSymmetric } from "./solve-symmetric.ts";

/** Background as seen along the border: a few smooth colour surfaces over the picture. */
export interface BorderModel {
	readonly surfaces: readonly Float64Array[]; // each [3 × 6] coefficients of 1 x y x² xy y²
	/** Distance of every pixel's colour to the nearest surface. */
	readonly residual: Float32Array; // [height × width] Lab units
	/** Robust spread of the border about its surfaces, Lab units. */
	readonly sigma: number;
	/** Share of the border within max(5, 4 sigma) of a surface. */
	readonly inlierShare: number;
}

const TERMS = 6;
const ALTERNATIONS = 5;
/** Share of each surface's border pixels, best first, that its next fit uses. */
const TRIM = 0.85;

/**
 * Fits `count` quadratic colour surfaces to a ring along the border: k-means, then turns of
 * trimmed least squares and reassignment.
 */
export function fitBorderModel(
	lab: Float32Array, // [height × width × 3]
	width: number,
	height: number,
	count: number,
	ringShare = 0.02,
): BorderModel {
	const ring = borderRing(width, height, ringShare);
	const n = ring.length;
	const group = clusterColors(lab, ring, count);
	const distance = new Float32Array(n);
	let surfaces: Float64Array[] = [];
	for (let turn = 0; turn <= ALTERNATIONS; turn++) {
		surfaces = [];
		for (let k = 0; k < count; k++) {
			const surface = fitSurface(
				lab,
				width,
				height,
				ring,
				group,
				k,
				turn === 0 ? undefined : distance,
			);
			if (surface) surfaces.push(surface);
		}
		for (let i = 0; i < n; i++) {
			let best = Number.POSITIVE_INFINITY;
			for (let k = 0; k < surfaces.length; k++) {
				const d = surfaceDistance(surfaces[k], lab, width, height, ring[i]);
				if (d < best) {
					best = d;
					group[i] = k;
				}
			}
			distance[i] = best;
		}
	}
	const sorted = distance.slice().sort();
	const sigma = Math.max(0.3, sorted[Math.floor(n * 0.68)]);
	const limit = Math.max(5, 4 * sigma);
	let inliers = 0;
	for (let i = 0; i < n; i++) if (distance[i] <= limit) inliers++;

	const residual = new Float32Array(width * height).fill(1e9);
	for (const surface of surfaces)
		for (let p = 0; p < residual.length; p++) {
			const d = surfaceDistance(surface, lab, width, height, p);
			if (d < residual[p]) residual[p] = d;
		}
	return { surfaces, residual, sigma, inlierShare: inliers / n };
}

/** Colour of a surface at a pixel position. */
export function surfaceColor(
	surface: Float64Array, // [3 × 6]
	u: number, // −1 left … 1 right
	v: number, // −1 top … 1 bottom
	out: Float64Array, // [3] written
): void {
	for (let c = 0; c < 3; c++) {
		const o = c * TERMS;
		out[c] =
			surface[o] +
			surface[o + 1] * u +
			surface[o + 2] * v +
			surface[o + 3] * u * u +
			surface[o + 4] * u * v +
			surface[o + 5] * v * v;
	}
}

/** Pixels along the border of the picture. */
export function borderRing(
	width: number,
	height: number,
	share: number,
): Int32Array {
	const ring = Math.max(2, Math.round(Math.min(width, height) * share));
	const out: number[] = [];
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++)
			if (x < ring || y < ring || x >= width - ring || y >= height - ring)
				out.push(y * width + x);
	return Int32Array.from(out);
}

/** k-means from spread-out starts (farthest point first, so no chance is involved). */
function clusterColors(
	lab: Float32Array,
	ring: Int32Array,
	count: number,
): Uint8Array {
	const n = ring.length;
	const group = new Uint8Array(n);
	if (count === 1) return group;
	const centres = new Float64Array(count * 3);
	const nearest = new Float32Array(n).fill(1e9);
	let pick = n >> 1;
	for (let k = 0; k < count; k++) {
		for (let c = 0; c < 3; c++) centres[k * 3 + c] = lab[ring[pick] * 3 + c];
		// The next start: far from all others, but not an outlier (90th percentile).
		for (let i = 0; i < n; i++) {
			const d = colorDistance(lab, ring[i] * 3, centres, k * 3);
			if (d < nearest[i]) nearest[i] = d;
		}
		const level = nearest.slice().sort()[Math.floor(n * 0.9)];
		pick = nearest.findIndex((d) => d >= level);
	}
	const sums = new Float64Array(count * 4);
	for (let turn = 0; turn < 10; turn++) {
		sums.fill(0);
		for (let i = 0; i < n; i++) {
			let best = Number.POSITIVE_INFINITY;
			for (let k = 0; k < count; k++) {
				const d = colorDistance(lab, ring[i] * 3, centres, k * 3);
				if (d < best) {
					best = d;
					group[i] = k;
				}
			}
			const s = group[i] * 4;
			sums[s]++;
			for (let c = 0; c < 3; c++) sums[s + 1 + c] += lab[ring[i] * 3 + c];
		}
		for (let k = 0; k < count; k++)
			if (sums[k * 4] > 0)
				for (let c = 0; c < 3; c++)
					centres[k * 3 + c] = sums[k * 4 + 1 + c] / sums[k * 4];
	}
	return group;
}

function colorDistance(
	lab: Float32Array,
	a: number,
	centres: Float64Array,
	b: number,
): number {
	const x = lab[a] - centres[b];
	const y = lab[a + 1] - centres[b + 1];
	const z = lab[a + 2] - centres[b + 2];
	return x * x + y * y + z * z;
}

function fitSurface(
	lab: Float32Array,
	width: number,
	height: number,
	ring: Int32Array,
	group: Uint8Array,
	k: number,
	distance: Float32Array | undefined,
): Float64Array | undefined {
	let limit = Number.POSITIVE_INFINITY;
	if (distance) {
		const own = distance.filter((_, i) => group[i] === k).sort();
		if (own.length === 0) return undefined;
		limit = own[Math.min(own.length - 1, Math.floor(own.length * TRIM))];
	}
	const normal = new Float64Array(TERMS * TERMS);
	const right = new Float64Array(TERMS * 3);
	const basis = new Float64Array(TERMS);
	let used = 0;
	for (let i = 0; i < ring.length; i++) {
		if (group[i] !== k || (distance && distance[i] > limit)) continue;
		const p = ring[i];
		const y = (p / width) | 0;
		const u = ((p - y * width + 0.5) / width) * 2 - 1;
		const v = ((y + 0.5) / height) * 2 - 1;
		basis[0] = 1;
		basis[1] = u;
		basis[2] = v;
		basis[3] = u * u;
		basis[4] = u * v;
		basis[5] = v * v;
		for (let a = 0; a < TERMS; a++) {
			for (let b = 0; b < TERMS; b++)
				normal[a * TERMS + b] += basis[a] * basis[b];
			for (let c = 0; c < 3; c++)
				right[c * TERMS + a] += basis[a] * lab[p * 3 + c];
		}
		used++;
	}
	if (used < TERMS * 2) return undefined;
	// A pull towards flat surfaces keeps those fitted to one side of the picture tame elsewhere.
	for (let a = 1; a < TERMS; a++)
		normal[a * TERMS + a] += used * (a < 3 ? 0.004 : 0.02);
	const out = new Float64Array(3 * TERMS);
	for (let c = 0; c < 3; c++)
		out.set(
			solveSymmetric(normal, right.subarray(c * TERMS, (c + 1) * TERMS)),
			c * TERMS,
		);
	return out;
}

function surfaceDistance(
	s: Float64Array,
	lab: Float32Array,
	width: number,
	height: number,
	p: number,
): number {
	const y = (p / width) | 0;
	const u = ((p - y * width + 0.5) / width) * 2 - 1;
	const v = ((y + 0.5) / height) * 2 - 1;
	let sum = 0;
	for (let c = 0; c < 3; c++) {
		const o = c * TERMS;
		const d =
			lab[p * 3 + c] -
			(s[o] +
				s[o + 1] * u +
				s[o + 2] * v +
				s[o + 3] * u * u +
				s[o + 4] * u * v +
				s[o + 5] * v * v);
		sum += d * d;
	}
	return Math.sqrt(sum);
}
