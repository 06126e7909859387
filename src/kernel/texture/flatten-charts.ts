import type { Checkpoint } from "../../core/run-context.ts";
import type { Segmentation } from "./segment-charts.ts";
import { centreSpans, createTexelSpans } from "./texel-spans.ts";

/** Charts laid flat, each in its own plane, before packing. */
export interface FlatCharts {
	readonly chartOfTriangle: Uint32Array; // [triangleCount]
	readonly chartCount: number;
	readonly indices: Uint32Array; // [triangleCount × 3] into the new vertices
	readonly srcVertex: Uint32Array; // [vertexCount] old vertex of each new one
	readonly chartOfVertex: Uint32Array; // [vertexCount] ascending
	readonly flat: Float64Array; // [vertexCount × 2] world units, x right, y down, seen from outside
	readonly rim: Uint32Array; // [edgeCount × 2] directed edges with no other triangle of their chart across, by chart
}

/** Pictures of one chart used to find overlaps are at most this wide, pixels. */
const MAX_SIDE = 2048;

/**
 * Projects every chart along its axis. Where a chart would cover itself, found by drawing it with
 * `pixelsPerUnit`, the later part (breadth first from the chart's heart) becomes charts of its own.
 */
export function flattenCharts(
	positions: Float32Array, // [vertexCount × 3]
	indices: Uint32Array, // [triangleCount × 3]
	neighbours: Int32Array, // [triangleCount × 3]
	normals: Float64Array, // [triangleCount × 3]
	areas: Float64Array, // [triangleCount]
	segmentation: Segmentation,
	pixelsPerUnit: number,
	checkpoint?: Checkpoint,
): FlatCharts {
	const triangleCount = indices.length / 3;
	const vertexCount = positions.length / 3;
	const chartOf = Int32Array.from(segmentation.chartOfTriangle);
	const axes: number[] = Array.from(segmentation.axes);
	const px = new Float64Array(vertexCount);
	const py = new Float64Array(vertexCount);
	const spans = createTexelSpans(MAX_SIDE);
	let claims = new Uint8Array(1 << 16);
	const queue = new Int32Array(triangleCount);
	const frame = new Float64Array(6);
	// The chart at hand: where its picture begins, and its size in pixels.
	let minX = 0;
	let minY = 0;
	let width = 0;
	let height = 0;
	let scale = 1;
	let pending = groupByChart(chartOf, segmentation.chartCount);
	let firstChart = 0;
	let chartCount = segmentation.chartCount;

	// Charts split off in one round are checked in the next.
	while (firstChart < chartCount) {
		const { start, triangles } = pending;
		const roundCharts = chartCount;
		for (let c = firstChart; c < roundCharts; c++) {
			if (c % 64 === 0) checkpoint?.(c / chartCount);
			const from = start[c];
			const to = start[c + 1];
			if (to - from < 2) continue;
			project(c, from, to, triangles);
			if (isFlat(from, to, triangles)) continue;
			chartCount = splitOverlap(c, from, to, triangles, chartCount);
		}
		firstChart = roundCharts;
		if (firstChart < chartCount) pending = groupByChart(chartOf, chartCount);
	}

	/** Corners of a chart to pixels, and the claims cleared. */
	function project(
		c: number,
		from: number,
		to: number,
		triangles: Uint32Array,
	): void {
		chartFrame(axes[3 * c], axes[3 * c + 1], axes[3 * c + 2], frame);
		minX = Number.POSITIVE_INFINITY;
		minY = Number.POSITIVE_INFINITY;
		let maxX = Number.NEGATIVE_INFINITY;
		let maxY = Number.NEGATIVE_INFINITY;
		for (let i = from; i < to; i++)
			for (let k = 0; k < 3; k++) {
				const v = indices[3 * triangles[i] + k];
				const x = positions[3 * v];
				const y = positions[3 * v + 1];
				const z = positions[3 * v + 2];
				const u = x * frame[0] + y * frame[1] + z * frame[2];
				const w = x * frame[3] + y * frame[4] + z * frame[5];
				px[v] = u;
				py[v] = w;
				if (u < minX) minX = u;
				if (u > maxX) maxX = u;
				if (w < minY) minY = w;
				if (w > maxY) maxY = w;
			}
		const side = Math.max(maxX - minX, maxY - minY);
		scale =
			side > 0 ? Math.min(pixelsPerUnit, (MAX_SIDE - 2) / side) : pixelsPerUnit;
		width = Math.ceil((maxX - minX) * scale) + 1;
		height = Math.ceil((maxY - minY) * scale) + 1;
		if (claims.length < width * height)
			claims = new Uint8Array(Math.max(width * height, 2 * claims.length));
		else claims.fill(0, 0, width * height);
	}

	function cover(t: number): number {
		const a = indices[3 * t];
		const b = indices[3 * t + 1];
		const c = indices[3 * t + 2];
		return centreSpans(
			spans,
			(px[a] - minX) * scale,
			(py[a] - minY) * scale,
			(px[b] - minX) * scale,
			(py[b] - minY) * scale,
			(px[c] - minX) * scale,
			(py[c] - minY) * scale,
			width,
			height,
		);
	}

	/** Claims the pixels of a triangle; false and no claim if one is taken. */
	function claim(t: number): boolean {
		const rows = cover(t);
		const { top, bounds } = spans;
		for (let r = 0; r < rows; r++) {
			const row = (top + r) * width;
			const end = row + bounds[2 * r + 1];
			for (let i = row + bounds[2 * r]; i < end; i++)
				if (claims[i] !== 0) return false;
		}
		for (let r = 0; r < rows; r++) {
			const row = (top + r) * width;
			const end = row + bounds[2 * r + 1];
			for (let i = row + bounds[2 * r]; i < end; i++) claims[i] = 1;
		}
		return true;
	}

	function isFlat(from: number, to: number, triangles: Uint32Array): boolean {
		for (let i = from; i < to; i++) if (!claim(triangles[i])) return false;
		return true;
	}

	/** Keeps what fits breadth first from the middle; every other piece gets a new number. */
	function splitOverlap(
		c: number,
		from: number,
		to: number,
		triangles: Uint32Array,
		firstNew: number,
	): number {
		let seed = triangles[from];
		let cx = 0;
		let cy = 0;
		let total = 0;
		for (let i = from; i < to; i++) {
			const t = triangles[i];
			const v = indices[3 * t];
			const w = areas[t];
			cx += w * px[v];
			cy += w * py[v];
			total += w;
		}
		let nearest = Number.POSITIVE_INFINITY;
		for (let i = from; i < to; i++) {
			const v = indices[3 * triangles[i]];
			const dx = px[v] - cx / (total || 1);
			const dy = py[v] - cy / (total || 1);
			if (dx * dx + dy * dy < nearest && areas[triangles[i]] > 0) {
				nearest = dx * dx + dy * dy;
				seed = triangles[i];
			}
		}
		claims.fill(0, 0, width * height);
		// −1: not reached or refused; the pieces of those are the new charts.
		for (let i = from; i < to; i++) chartOf[triangles[i]] = -1;
		let head = 0;
		let tail = 0;
		queue[tail++] = seed;
		chartOf[seed] = c;
		claim(seed);
		while (head < tail) {
			const t = queue[head++];
			for (let k = 0; k < 3; k++) {
				const n = neighbours[3 * t + k];
				if (n < 0 || chartOf[n] !== -1 || !claim(n)) continue;
				chartOf[n] = c;
				queue[tail++] = n;
			}
		}
		let next = firstNew;
		for (let i = from; i < to; i++) {
			const start = triangles[i];
			if (chartOf[start] !== -1) continue;
			head = 0;
			tail = 0;
			queue[tail++] = start;
			chartOf[start] = next;
			let x = 0;
			let y = 0;
			let z = 0;
			while (head < tail) {
				const t = queue[head++];
				x += areas[t] * normals[3 * t];
				y += areas[t] * normals[3 * t + 1];
				z += areas[t] * normals[3 * t + 2];
				for (let k = 0; k < 3; k++) {
					const n = neighbours[3 * t + k];
					if (n < 0 || chartOf[n] !== -1) continue;
					chartOf[n] = next;
					queue[tail++] = n;
				}
			}
			const length = Math.hypot(x, y, z);
			if (length > 0) axes.push(x / length, y / length, z / length);
			else axes.push(axes[3 * c], axes[3 * c + 1], axes[3 * c + 2]);
			next++;
		}
		return next;
	}

	return splitVertices(
		positions,
		indices,
		neighbours,
		chartOf,
		chartCount,
		axes,
	);
}

/** Right and down of the picture of a chart seen from outside along its axis. */
export function chartFrame(
	x: number,
	y: number,
	z: number,
	frame: Float64Array, // [6] right, down
): void {
	// Up is +Y where the axis allows it.
	const steep = Math.abs(y) > 0.9;
	const ux = steep ? -x * -z : -x * y;
	const uy = steep ? -y * -z : 1 - y * y;
	const uz = steep ? -1 - z * -z : -z * y;
	const length = Math.hypot(ux, uy, uz);
	frame[3] = -ux / length;
	frame[4] = -uy / length;
	frame[5] = -uz / length;
	frame[0] = (uy * z - uz * y) / length;
	frame[1] = (uz * x - ux * z) / length;
	frame[2] = (ux * y - uy * x) / length;
}

/** Triangles by chart, counting sort. */
export function groupByChart(
	chartOf: Int32Array,
	chartCount: number,
): { start: Uint32Array; triangles: Uint32Array } {
	const start = new Uint32Array(chartCount + 1);
	for (let t = 0; t < chartOf.length; t++) start[chartOf[t] + 1]++;
	for (let c = 0; c < chartCount; c++) start[c + 1] += start[c];
	const cursor = start.slice(0, chartCount);
	const triangles = new Uint32Array(chartOf.length);
	for (let t = 0; t < chartOf.length; t++) triangles[cursor[chartOf[t]]++] = t;
	return { start, triangles };
}

function splitVertices(
	positions: Float32Array,
	indices: Uint32Array,
	neighbours: Int32Array,
	chartOf: Int32Array,
	chartCount: number,
	axes: readonly number[],
): FlatCharts {
	const { start, triangles } = groupByChart(chartOf, chartCount);
	const stamp = new Int32Array(positions.length / 3).fill(-1);
	const newVertex = new Uint32Array(positions.length / 3);
	const outIndices = new Uint32Array(indices.length);
	const srcVertex = new Uint32Array(indices.length);
	const chartOfVertex = new Uint32Array(indices.length);
	const rim = new Uint32Array(2 * indices.length);
	let count = 0;
	let rimLength = 0;
	for (let c = 0; c < chartCount; c++)
		for (let i = start[c]; i < start[c + 1]; i++) {
			for (let k = 0; k < 3; k++) {
				const corner = 3 * triangles[i] + k;
				const v = indices[corner];
				if (stamp[v] !== c) {
					stamp[v] = c;
					newVertex[v] = count;
					srcVertex[count] = v;
					chartOfVertex[count] = c;
					count++;
				}
				outIndices[corner] = newVertex[v];
			}
			for (let k = 0; k < 3; k++) {
				const edge = 3 * triangles[i] + k;
				const n = neighbours[edge];
				if (n >= 0 && chartOf[n] === c) continue;
				rim[rimLength++] = outIndices[edge];
				rim[rimLength++] = outIndices[k === 2 ? edge - 2 : edge + 1];
			}
		}
	const flat = new Float64Array(2 * count);
	const frame = new Float64Array(6);
	let framed = -1;
	for (let v = 0; v < count; v++) {
		const c = chartOfVertex[v];
		if (c !== framed) {
			chartFrame(axes[3 * c], axes[3 * c + 1], axes[3 * c + 2], frame);
			framed = c;
		}
		const x = positions[3 * srcVertex[v]];
		const y = positions[3 * srcVertex[v] + 1];
		const z = positions[3 * srcVertex[v] + 2];
		flat[2 * v] = x * frame[0] + y * frame[1] + z * frame[2];
		flat[2 * v + 1] = x * frame[3] + y * frame[4] + z * frame[5];
	}
	return {
		chartOfTriangle: Uint32Array.from(chartOf),
		chartCount,
		indices: outIndices,
		srcVertex: srcVertex.slice(0, count),
		chartOfVertex: chartOfVertex.slice(0, count),
		flat,
		rim: rim.slice(0, rimLength),
	};
}
