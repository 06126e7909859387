import { sharedBytes } from "../../core/parallel.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import type { VertexSamples } from "./sample-vertices.ts";

/** How each view's colours are shaded and faded so that no edge of its part shows. In memory that other threads see. */
export interface LevelledViews {
	readonly srcToDst: Uint32Array; // [source vertexCount] → vertex
	readonly factor: Float32Array[]; // per view [vertexCount × 3] to multiply linear RGB by
	readonly fade: Float32Array[]; // per view [vertexCount] 0 at the border of what it sees – 1 well inside
}

/** Passes of the blur that parts the bands: about two edges wide. */
const PASSES = 4;
/** Logarithm of the ratio of two views' colours at which they are doubted. */
const UNLIKE = 0.4;
/** Linear light that is too dark to compare. */
const DARK = 0.01;
/** Over this many mean edges a view fades in from the border of what it sees. */
const FADE_EDGES = 4;

/**
 * Two bands on the surface: what the views see at the vertices, blurred, is blended broadly; a
 * texel's own detail may then come from the best view alone, times the ratio of the blend to its
 * view's low band (multi-band blending, Burt and Adelson, "A multiresolution spline", 1983;
 * on a surface: Baumberg, "Blending images for texturing 3D models", 2002).
 */
export function levelViews(
	samples: VertexSamples,
	gains: Float64Array | undefined, // [viewCount × 3]
	checkpoint?: Checkpoint,
): LevelledViews {
	const { viewCount, vertexCount: n, start, ends, color, weight } = samples;
	let meanLength = 0;
	for (let e = 0; e < samples.length.length; e++)
		meanLength += samples.length[e] / samples.length.length;
	// (1) The blend of all views at the vertices.
	const fade: Float32Array[] = [];
	const blend = new Float32Array(3 * n);
	const total = new Float32Array(n);
	for (let view = 0; view < viewCount; view++) {
		checkpoint?.((0.5 * view) / viewCount);
		const own = fadeOf(samples, view, FADE_EDGES * meanLength);
		fade.push(own);
		const first = view * n;
		const [r, g, b] = gainOf(gains, view);
		for (let i = 0; i < n; i++) {
			const w = weight[first + i] * (own[i] + 1e-3);
			if (w === 0) continue;
			total[i] += w;
			const o = 3 * (first + i);
			blend[3 * i] += w * r * color[o];
			blend[3 * i + 1] += w * g * color[o + 1];
			blend[3 * i + 2] += w * b * color[o + 2];
		}
	}
	for (let i = 0; i < n; i++) {
		if (total[i] === 0) continue;
		blend[3 * i] /= total[i];
		blend[3 * i + 1] /= total[i];
		blend[3 * i + 2] /= total[i];
	}
	// (2) What each view differs by, blurred over the surface that it sees.
	const factor: Float32Array[] = [];
	let src = new Float32Array(4 * n);
	let dst = new Float32Array(4 * n);
	for (let view = 0; view < viewCount; view++) {
		checkpoint?.(0.5 + (0.5 * view) / viewCount);
		const first = view * n;
		const [r, g, b] = gainOf(gains, view);
		for (let i = 0; i < n; i++) {
			const say = weight[first + i];
			if (say === 0) {
				src[4 * i] = 0;
				src[4 * i + 1] = 0;
				src[4 * i + 2] = 0;
				src[4 * i + 3] = 0;
				continue;
			}
			const o = 3 * (first + i);
			const x = logRatio(blend[3 * i], r * color[o]);
			const y = logRatio(blend[3 * i + 1], g * color[o + 1]);
			const z = logRatio(blend[3 * i + 2], b * color[o + 2]);
			// Very unlike colours are misplaced surface, and no matter of light.
			const doubt = (x * x + y * y + z * z) / (3 * UNLIKE * UNLIKE);
			const w = say / ((1 + doubt) * (1 + doubt));
			src[4 * i] = w * x;
			src[4 * i + 1] = w * y;
			src[4 * i + 2] = w * z;
			src[4 * i + 3] = w;
		}
		for (let pass = 0; pass < PASSES; pass++) {
			for (let i = 0; i < n; i++) {
				let x = 0;
				let y = 0;
				let z = 0;
				let w = 0;
				for (let e = start[i]; e < start[i + 1]; e++) {
					const j = 4 * ends[e];
					x += src[j];
					y += src[j + 1];
					z += src[j + 2];
					w += src[j + 3];
				}
				const own = (start[i + 1] - start[i]) / 2 || 1;
				const scale = 1 / (3 * own);
				dst[4 * i] = (own * src[4 * i] + x) * scale;
				dst[4 * i + 1] = (own * src[4 * i + 1] + y) * scale;
				dst[4 * i + 2] = (own * src[4 * i + 2] + z) * scale;
				dst[4 * i + 3] = (own * src[4 * i + 3] + w) * scale;
			}
			const swap = src;
			src = dst;
			dst = swap;
		}
		const out = new Float32Array(sharedBytes(12 * n));
		for (let i = 0; i < n; i++) {
			const inverse = 1 / (src[4 * i + 3] + 1e-6);
			out[3 * i] = Math.exp(src[4 * i] * inverse);
			out[3 * i + 1] = Math.exp(src[4 * i + 1] * inverse);
			out[3 * i + 2] = Math.exp(src[4 * i + 2] * inverse);
		}
		factor.push(out);
	}
	return { srcToDst: samples.srcToDst, factor, fade };
}

function logRatio(to: number, from: number): number {
	return Math.log((to + DARK) / (from + DARK));
}

function gainOf(
	gains: Float64Array | undefined,
	view: number,
): readonly [number, number, number] {
	return gains
		? [gains[3 * view], gains[3 * view + 1], gains[3 * view + 2]]
		: [1, 1, 1];
}

/** 0 where the view does not see well, rising to 1 over `reach` along the surface. */
function fadeOf(
	{ vertexCount: n, weight, start, ends, length }: VertexSamples,
	view: number,
	reach: number,
): Float32Array /* [vertexCount] */ {
	const far = new Float32Array(sharedBytes(4 * n));
	const first = view * n;
	for (let i = 0; i < n; i++) far[i] = weight[first + i] > 0 ? reach : 0;
	// Few sweeps suffice: the reach is a few edges.
	for (let sweep = 0; sweep < 4; sweep++) {
		let changed = false;
		for (let k = 0; k < n; k++) {
			const i = sweep % 2 === 0 ? k : n - 1 - k;
			let d = far[i];
			if (d === 0) continue;
			for (let e = start[i]; e < start[i + 1]; e++) {
				const next = far[ends[e]] + length[e];
				if (next < d) d = next;
			}
			if (d < far[i]) {
				far[i] = d;
				changed = true;
			}
		}
		if (!changed) break;
	}
	for (let i = 0; i < n; i++) {
		const s = far[i] / reach;
		far[i] = s * s * (3 - 2 * s);
	}
	return far;
}
