import type { VertexSamples } from "./sample-vertices.ts";

/** What the views' overlaps say about exposure and white balance. */
export interface ExposureBalance {
	/** To multiply each view's linear RGB by. Their mean logarithm is 0; all are 1 where nothing was proved. */
	readonly gains: Float64Array; // [viewCount × 3]
	/** Whether any gain differs from 1. */
	readonly applied: boolean;
	/** Brightness and tint, each judged by itself. */
	readonly brightness: ExposureEvidence;
	readonly tint: ExposureEvidence;
	/** Median difference of brightness between two views of one vertex, natural logarithm. */
	readonly before: number;
	readonly after: number;
}

/** Gains found against how well they are known. */
export interface ExposureEvidence {
	/** Root mean square of the views' log gains, believed or not. */
	readonly found: number;
	/** Their standard error, from parts of the surface ranked by brightness, or half of what dark and bright parts differ by. */
	readonly error: number;
	readonly believed: boolean;
}

/** Comparisons of two views at one vertex, at most, about. */
const MAX_PAIRS = 30_000;
/** With fewer there is no saying. */
const MIN_PAIRS = 200;
const FOLDS = 8;
/** A gain is believed when it is this many times its error, and larger than a person can see. */
const BELIEVED = { brightness: 2, tint: 3 } as const;
const VISIBLE = 0.01;
/** Pull of every gain towards 1, as a share of a view's overlap. */
const PULL = 0.02;
/** Scales of the robust weight (Geman and McClure), natural logarithm, coarse to fine. */
const SCALES = [0.5, 0.3, 0.2, 0.15];
/** Linear light below which pixels are noise, and above which they are burnt out. */
const DARKEST = 0.01;
const BRIGHTEST = 0.93;
/** Linear light at which a channel has half its say: what gloss and stray light add counts most in the dark. */
const DIM = 0.05;
const SOLVER_SWEEPS = 200;

/**
 * Gains for which what two views both see has the same colour: robust least squares on logarithms
 * (least squares as in Brown and Lowe, "Automatic panoramic image stitching", 2007).
 *
 * Gloss and misplaced surface also make views differ, but not by one factor: they change dark parts
 * by more than bright ones. So the gains are also solved on eight parts of the surface, ranked
 * by brightness, and believed only when these agree.
 */
export function balanceExposure(samples: VertexSamples): ExposureBalance {
	const n = samples.viewCount;
	const gains = new Float64Array(3 * n).fill(1);
	const pairs = listPairs(samples);
	const whole = solveAll(pairs, n, -1);
	const sums = { brightness: 0, brightnessError: 0, tint: 0, tintError: 0 };
	for (let v = 0; v < n; v++) {
		sums.brightness += whole[4 * v + LUMA] ** 2 / n;
		for (let k = 0; k < 3; k++)
			sums.tint += (whole[4 * v + k] - whole[4 * v + LUMA]) ** 2 / (3 * n);
	}
	// Dark folds less bright ones: noise cancels, what gloss does remains.
	const trend = new Float64Array(4 * n);
	for (let fold = 0; fold < FOLDS; fold++) {
		const part = solveAll(pairs, n, fold);
		const share = 1 / (n * FOLDS * (FOLDS - 1));
		const side = (fold < FOLDS / 2 ? 2 : -2) / FOLDS;
		for (let v = 0; v < n; v++) {
			const luma = part[4 * v + LUMA] - whole[4 * v + LUMA];
			sums.brightnessError += luma ** 2 * share;
			trend[4 * v + LUMA] += side * luma;
			for (let k = 0; k < 3; k++) {
				const tint = part[4 * v + k] - whole[4 * v + k] - luma;
				sums.tintError += (tint ** 2 * share) / 3;
				trend[4 * v + k] += side * tint;
			}
		}
	}
	let brightnessTrend = 0;
	let tintTrend = 0;
	for (let v = 0; v < n; v++) {
		brightnessTrend += trend[4 * v + LUMA] ** 2 / n;
		for (let k = 0; k < 3; k++) tintTrend += trend[4 * v + k] ** 2 / (3 * n);
	}
	const brightnessError = Math.max(sums.brightnessError, brightnessTrend / 4);
	const tintError = Math.max(sums.tintError, tintTrend / 4);
	const enough = pairs.count >= MIN_PAIRS;
	const judge = (
		found: number,
		error: number,
		times: number,
	): ExposureEvidence => ({
		found: Math.sqrt(found),
		error: Math.sqrt(error),
		believed: enough && found > VISIBLE ** 2 && found > times ** 2 * error,
	});
	const brightness = judge(
		sums.brightness,
		brightnessError,
		BELIEVED.brightness,
	);
	const tint = judge(sums.tint, tintError, BELIEVED.tint);
	const logs = new Float64Array(4 * n);
	for (let v = 0; v < n; v++) {
		const luma = brightness.believed ? whole[4 * v + LUMA] : 0;
		logs[4 * v + LUMA] = luma;
		for (let k = 0; k < 3; k++)
			gains[3 * v + k] = Math.exp(
				luma + (tint.believed ? whole[4 * v + k] - whole[4 * v + LUMA] : 0),
			);
	}
	return {
		gains,
		applied: brightness.believed || tint.believed,
		brightness,
		tint,
		before: medianDifference(pairs, new Float64Array(4 * n)),
		after: medianDifference(pairs, logs),
	};
}

/** Channel of brightness, after red, green and blue. */
const LUMA = 3;

/** Two views of one vertex. */
interface Pairs {
	readonly count: number;
	readonly a: Uint16Array; // [count] view
	readonly b: Uint16Array; // [count] view
	readonly fold: Uint8Array; // [count] part of the surface
	readonly weight: Float32Array; // [count × 4] of red, green, blue, brightness
	readonly difference: Float32Array; // [count × 4] log(b) − log(a)
}

function listPairs(samples: VertexSamples): Pairs {
	const { viewCount: n, vertexCount, color, weight } = samples;
	// (1) Vertices that two views see well, by brightness.
	const shared: number[] = [];
	const brightness = new Float32Array(vertexCount);
	let available = 0;
	for (let i = 0; i < vertexCount; i++) {
		let total = 0;
		let sum = 0;
		let seeing = 0;
		for (let v = 0; v < n; v++) {
			const at = v * vertexCount + i;
			if (!isUsable(color, weight, at)) continue;
			seeing++;
			total += weight[at];
			sum += weight[at] * lumaAt(color, at);
		}
		if (seeing < 2) continue;
		brightness[i] = sum / total;
		shared.push(i);
		available += (seeing * (seeing - 1)) / 2;
	}
	shared.sort((x, y) => brightness[x] - brightness[y] || x - y);
	// (2) Every so manieth of them.
	const step = Math.max(1, Math.ceil(available / MAX_PAIRS));
	const a: number[] = [];
	const b: number[] = [];
	const fold: number[] = [];
	const weights: number[] = [];
	const difference: number[] = [];
	const seeing: number[] = [];
	for (let rank = step >> 1; rank < shared.length; rank += step) {
		const i = shared[rank];
		seeing.length = 0;
		for (let v = 0; v < n; v++)
			if (isUsable(color, weight, v * vertexCount + i)) seeing.push(v);
		for (let x = 0; x < seeing.length; x++)
			for (let y = x + 1; y < seeing.length; y++) {
				const p = seeing[x] * vertexCount + i;
				const q = seeing[y] * vertexCount + i;
				a.push(seeing[x]);
				b.push(seeing[y]);
				fold.push(Math.floor((rank * FOLDS) / shared.length));
				const say = Math.sqrt(weight[p] * weight[q]) / (seeing.length - 1);
				for (let k = 0; k <= LUMA; k++) {
					const from = k === LUMA ? lumaAt(color, p) : color[3 * p + k];
					const to = k === LUMA ? lumaAt(color, q) : color[3 * q + k];
					const dim = Math.min(from, to);
					weights.push((say * dim) / (dim + DIM));
					difference.push(Math.log(to / from));
				}
			}
	}
	return {
		count: a.length,
		a: Uint16Array.from(a),
		b: Uint16Array.from(b),
		fold: Uint8Array.from(fold),
		weight: Float32Array.from(weights),
		difference: Float32Array.from(difference),
	};
}

function isUsable(
	color: Float32Array,
	weight: Float32Array,
	at: number,
): boolean {
	if (!(weight[at] > 0)) return false;
	const r = color[3 * at];
	const g = color[3 * at + 1];
	const b = color[3 * at + 2];
	return Math.min(r, g, b) >= DARKEST && Math.max(r, g, b) <= BRIGHTEST;
}

function lumaAt(color: Float32Array, at: number): number {
	return (
		0.2126 * color[3 * at] +
		0.7152 * color[3 * at + 1] +
		0.0722 * color[3 * at + 2]
	);
}

/** Log gains of all channels, from all pairs or those of one fold (from 0). */
function solveAll(
	pairs: Pairs,
	n: number,
	fold: number,
): Float64Array /* [n × 4] */ {
	const out = new Float64Array(4 * n);
	const x = new Float64Array(n);
	const matrix = new Float64Array(n * n);
	const right = new Float64Array(n);
	for (let channel = 0; channel <= LUMA; channel++) {
		x.fill(0);
		for (const scale of SCALES) {
			// Normal equations of Σ w (x_a − x_b − difference)².
			matrix.fill(0);
			right.fill(0);
			let overlap = 0;
			for (let p = 0; p < pairs.count; p++) {
				if (fold >= 0 && pairs.fold[p] !== fold) continue;
				const a = pairs.a[p];
				const b = pairs.b[p];
				const d = pairs.difference[4 * p + channel];
				const r = (d + x[b] - x[a]) / scale;
				const w = pairs.weight[4 * p + channel] / (1 + r * r) ** 2;
				matrix[a * n + a] += w;
				matrix[b * n + b] += w;
				matrix[a * n + b] -= w;
				matrix[b * n + a] -= w;
				right[a] += w * d;
				right[b] -= w * d;
				overlap += 2 * w;
			}
			relax(matrix, right, (PULL * overlap) / n + 1e-9, x);
		}
		for (let v = 0; v < n; v++) out[4 * v + channel] = x[v];
	}
	return out;
}

/** Gauss–Seidel on (matrix + pull) x = right, which is diagonally dominant; x keeps a mean of 0. */
function relax(
	matrix: Float64Array,
	right: Float64Array,
	pull: number,
	x: Float64Array,
): void {
	const n = x.length;
	for (let sweep = 0; sweep < SOLVER_SWEEPS; sweep++) {
		let moved = 0;
		for (let a = 0; a < n; a++) {
			let sum = right[a];
			for (let b = 0; b < n; b++) if (b !== a) sum -= matrix[a * n + b] * x[b];
			const next = sum / (matrix[a * n + a] + pull);
			moved = Math.max(moved, Math.abs(next - x[a]));
			x[a] = next;
		}
		if (moved < 1e-6) break;
	}
	let mean = 0;
	for (let v = 0; v < n; v++) mean += x[v] / n;
	for (let v = 0; v < n; v++) x[v] -= mean;
}

/** Median of what the gains leave of the differences in brightness. */
function medianDifference(
	pairs: Pairs,
	logs: Float64Array, // [n × 4]
): number {
	const left = new Float64Array(pairs.count);
	for (let p = 0; p < pairs.count; p++)
		left[p] = Math.abs(
			pairs.difference[4 * p + LUMA] +
				logs[4 * pairs.b[p] + LUMA] -
				logs[4 * pairs.a[p] + LUMA],
		);
	left.sort();
	return left.length > 0 ? left[left.length >> 1] : 0;
}
