import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import type { ColorField } from "../../core/shape.ts";
import { weldPositions } from "../mesh/weld.ts";
import { extentOf } from "./project-view.ts";
import type { TexelMap } from "./texel-map.ts";

export interface FillOptions {
	/** Colours of an engine's own for what no view sees. Default: colours spread over the surface. */
	readonly colorField?: ColorField;
}

/** Colours and how far each can be trusted, per texel or per vertex. */
export interface PartialColors {
	readonly color: Float32Array; // [count × 3] linear RGB
	readonly confidence: Float32Array; // [count] 0–1
}

/** Confidence from which a colour is taken as it is. */
const SURE = 0.5;

/**
 * Colours for texels that no view sees, or only badly: the seen colours spread over the surface as
 * heat would (a Laplace equation on the vertices), mixed in softly where confidence falls. With a
 * `colorField`, the field's colours are used, shifted near the seen part so that no seam shows.
 */
export function fillUnseen(
	mesh: Mesh,
	map: TexelMap,
	baked: PartialColors,
	options: FillOptions = {},
	checkpoint?: Checkpoint,
): Float32Array /* [texelCount × 3] linear RGB */ {
	const { indices, positions } = mesh;
	const { color, confidence } = baked;
	const { texels, triangle, bary } = map;
	const count = texels.length;
	const out = Float32Array.from(color.subarray(0, 3 * count));
	const unsure: number[] = [];
	for (let i = 0; i < count; i++) if (confidence[i] < SURE) unsure.push(i);
	if (unsure.length === 0) return out;

	// (1) Seen colours gathered at the vertices.
	const { srcToDst, positions: welded } = weldPositions(positions);
	const vertexCount = welded.length / 3;
	const sums = new Float64Array(3 * vertexCount);
	const trust = new Float64Array(vertexCount);
	const reach = new Float64Array(vertexCount);
	for (let i = 0; i < count; i++) {
		const texel = texels[i];
		const t = triangle[texel];
		const wb = bary[2 * texel];
		const wc = bary[2 * texel + 1];
		for (let k = 0; k < 3; k++) {
			const share = k === 0 ? 1 - wb - wc : k === 1 ? wb : wc;
			const v = srcToDst[indices[3 * t + k]];
			const w = share * confidence[i];
			reach[v] += share;
			trust[v] += w;
			sums[3 * v] += w * color[3 * i];
			sums[3 * v + 1] += w * color[3 * i + 1];
			sums[3 * v + 2] += w * color[3 * i + 2];
		}
	}
	const vertexColor = new Float32Array(3 * vertexCount);
	const vertexTrust = new Float32Array(vertexCount);
	for (let v = 0; v < vertexCount; v++) {
		if (!(trust[v] > 1e-9)) continue;
		vertexTrust[v] = Math.min(1, trust[v] / reach[v]);
		for (let k = 0; k < 3; k++)
			vertexColor[3 * v + k] = sums[3 * v + k] / trust[v];
	}
	// (2) Spread over the surface.
	const spread = spreadColors(
		welded,
		indices,
		srcToDst,
		{ color: vertexColor, confidence: vertexTrust },
		options,
		checkpoint,
	);
	// (3) Mix into the unsure texels.
	const field = options.colorField
		? sampleTexels(mesh, map, unsure, options.colorField)
		: undefined;
	for (let n = 0; n < unsure.length; n++) {
		const i = unsure[n];
		const texel = texels[i];
		const t = triangle[texel];
		const a = 3 * srcToDst[indices[3 * t]];
		const b = 3 * srcToDst[indices[3 * t + 1]];
		const c = 3 * srcToDst[indices[3 * t + 2]];
		const wb = bary[2 * texel];
		const wc = bary[2 * texel + 1];
		const wa = 1 - wb - wc;
		const s = confidence[i] / SURE;
		const own = s * s * (3 - 2 * s);
		for (let k = 0; k < 3; k++) {
			let fill = wa * spread[a + k] + wb * spread[b + k] + wc * spread[c + k];
			if (field) fill += field[3 * n + k];
			fill = fill < 0 ? 0 : fill > 1 ? 1 : fill;
			out[3 * i + k] += (1 - own) * (fill - out[3 * i + k]);
		}
	}
	return out;
}

/** Pull of a fully trusted colour against the pull of its neighbours. */
const DATA_PULL = 30;
/** With a field, how far the shift away from its colours reaches, as a share of the object's extent. */
const FADE_LENGTH = 0.06;
const MAX_STEPS = 300;
const TOLERANCE = 1e-3;

/**
 * Vertex colours that agree with the trusted ones and are smooth elsewhere: conjugate gradients on
 * (L + W + ε) x = W c. With a field, x is what must be added to the field.
 */
export function spreadColors(
	positions: Float32Array, // [vertexCount × 3] welded
	indices: Uint32Array, // [triangleCount × 3]
	srcToDst: Uint32Array, // index → welded vertex
	known: PartialColors, // per welded vertex
	options: FillOptions = {},
	checkpoint?: Checkpoint,
): Float32Array /* [vertexCount × 3] */ {
	const n = positions.length / 3;
	const target = Float64Array.from(known.color);
	if (options.colorField) {
		const field = new Float32Array(3 * n);
		options.colorField.sample(positions, field, n);
		for (let i = 0; i < 3 * n; i++) target[i] -= field[i];
	}
	const { start, ends, pulls, meanLength } = buildGraph(
		positions,
		indices,
		srcToDst,
		n,
	);
	const pull = new Float64Array(n);
	const diagonal = new Float64Array(n);
	const fade = options.colorField
		? (meanLength / (FADE_LENGTH * extentOf(positions) + 1e-12)) ** 2 / 4
		: 1e-7;
	for (let v = 0; v < n; v++) {
		let degree = 0;
		for (let e = start[v]; e < start[v + 1]; e++) degree += pulls[e];
		const trust = known.confidence[v];
		pull[v] = DATA_PULL * (degree || 1) * trust * trust;
		diagonal[v] = degree + pull[v] + fade * (degree || 1);
	}
	const x = startColors(
		target,
		known.confidence,
		start,
		ends,
		n,
		!options.colorField,
	);
	// The faint pull of ε goes to where the spreading began, so that unseen parts keep a colour.
	const anchor = x.slice();
	const solved = new Float32Array(3 * n);
	const r = new Float64Array(n);
	const p = new Float64Array(n);
	const q = new Float64Array(n);
	const one = new Float64Array(n);
	for (let k = 0; k < 3; k++) {
		for (let v = 0; v < n; v++) one[v] = x[3 * v + k];
		let before = 0;
		let goal = 0;
		for (let v = 0; v < n; v++) {
			const b =
				pull[v] * target[3 * v + k] +
				(options.colorField
					? 0
					: (diagonal[v] - pull[v]) * 1e-7 * anchor[3 * v + k]);
			let sum = diagonal[v] * one[v];
			for (let e = start[v]; e < start[v + 1]; e++)
				sum -= pulls[e] * one[ends[e]];
			r[v] = b - sum;
			p[v] = r[v] / diagonal[v];
			before += r[v] * p[v];
			goal += (b * b) / diagonal[v];
		}
		goal *= TOLERANCE * TOLERANCE * 1e-2;
		for (let step = 0; step < MAX_STEPS && before > goal; step++) {
			if (step % 20 === 0) checkpoint?.((k + step / MAX_STEPS) / 3);
			let curvature = 0;
			for (let v = 0; v < n; v++) {
				let sum = diagonal[v] * p[v];
				for (let e = start[v]; e < start[v + 1]; e++)
					sum -= pulls[e] * p[ends[e]];
				q[v] = sum;
				curvature += sum * p[v];
			}
			if (!(curvature > 0)) break;
			const alpha = before / curvature;
			let after = 0;
			for (let v = 0; v < n; v++) {
				one[v] += alpha * p[v];
				r[v] -= alpha * q[v];
				after += (r[v] * r[v]) / diagonal[v];
			}
			const beta = after / before;
			before = after;
			for (let v = 0; v < n; v++) p[v] = r[v] / diagonal[v] + beta * p[v];
		}
		for (let v = 0; v < n; v++) solved[3 * v + k] = one[v];
	}
	return solved;
}

/** Vertex neighbours; short edges pull harder. */
function buildGraph(
	positions: Float32Array,
	indices: Uint32Array,
	srcToDst: Uint32Array,
	n: number,
): {
	start: Uint32Array; // [n + 1]
	ends: Uint32Array;
	pulls: Float64Array;
	meanLength: number;
} {
	const start = new Uint32Array(n + 1);
	for (let h = 0; h < indices.length; h++) {
		const a = srcToDst[indices[h]];
		const b = srcToDst[indices[h % 3 === 2 ? h - 2 : h + 1]];
		if (a === b) continue;
		start[a + 1]++;
		start[b + 1]++;
	}
	for (let v = 0; v < n; v++) start[v + 1] += start[v];
	const cursor = start.slice(0, n);
	const ends = new Uint32Array(start[n]);
	const pulls = new Float64Array(start[n]);
	let mean = 0;
	for (let h = 0; h < indices.length; h++) {
		const a = srcToDst[indices[h]];
		const b = srcToDst[indices[h % 3 === 2 ? h - 2 : h + 1]];
		if (a === b) continue;
		const x = positions[3 * a] - positions[3 * b];
		const y = positions[3 * a + 1] - positions[3 * b + 1];
		const z = positions[3 * a + 2] - positions[3 * b + 2];
		const length = Math.sqrt(x * x + y * y + z * z);
		mean += length;
		ends[cursor[a]] = b;
		pulls[cursor[a]++] = length;
		ends[cursor[b]] = a;
		pulls[cursor[b]++] = length;
	}
	mean /= indices.length || 1;
	for (let e = 0; e < pulls.length; e++)
		pulls[e] = mean / Math.max(pulls[e], 0.1 * mean, 1e-12);
	return { start, ends, pulls, meanLength: mean };
}

/** A first guess: trusted colours handed on from neighbour to neighbour, the mean where none arrive. */
function startColors(
	target: Float64Array,
	confidence: Float32Array,
	start: Uint32Array,
	ends: Uint32Array,
	n: number,
	handOn: boolean,
): Float64Array /* [n × 3] */ {
	const x = new Float64Array(3 * n);
	const reached = new Uint8Array(n);
	const queue = new Int32Array(n);
	const mean = [0, 0, 0];
	let total = 0;
	let tail = 0;
	for (let v = 0; v < n; v++) {
		if (!(confidence[v] > 0.3)) continue;
		reached[v] = 1;
		queue[tail++] = v;
		total += confidence[v];
		for (let k = 0; k < 3; k++) {
			x[3 * v + k] = target[3 * v + k];
			mean[k] += confidence[v] * target[3 * v + k];
		}
	}
	if (!handOn) return x;
	for (let head = 0; head < tail; head++) {
		const v = queue[head];
		for (let e = start[v]; e < start[v + 1]; e++) {
			const w = ends[e];
			if (reached[w] !== 0) continue;
			reached[w] = 1;
			queue[tail++] = w;
			for (let k = 0; k < 3; k++) x[3 * w + k] = x[3 * v + k];
		}
	}
	for (let v = 0; v < n; v++)
		if (reached[v] === 0)
			for (let k = 0; k < 3; k++)
				x[3 * v + k] = total > 0 ? mean[k] / total : MID_GREY;
	return x;
}

/** Linear light of sRGB 128. */
const MID_GREY = 0.216;

/** The field's colours at some texels. */
function sampleTexels(
	mesh: Mesh,
	map: TexelMap,
	which: readonly number[],
	field: ColorField,
): Float32Array /* [which × 3] */ {
	const { positions: p, indices } = mesh;
	const points = new Float32Array(3 * which.length);
	for (let n = 0; n < which.length; n++) {
		const texel = map.texels[which[n]];
		const t = map.triangle[texel];
		const wb = map.bary[2 * texel];
		const wc = map.bary[2 * texel + 1];
		const wa = 1 - wb - wc;
		for (let k = 0; k < 3; k++)
			points[3 * n + k] =
				wa * p[3 * indices[3 * t] + k] +
				wb * p[3 * indices[3 * t + 1] + k] +
				wc * p[3 * indices[3 * t + 2] + k];
	}
	const out = new Float32Array(3 * which.length);
	field.sample(points, out, which.length);
	return out;
}
