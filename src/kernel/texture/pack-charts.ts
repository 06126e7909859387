import type { Checkpoint } from "../../core/run-context.ts";
import type { FlatCharts } from "./flatten-charts.ts";
import { createTexelSpans, touchedSpans } from "./texel-spans.ts";

/** Where charts lie in the atlas. */
export interface ChartLayout {
	readonly uvs: Float32Array; // [vertexCount × 2] 0–1, origin top-left
	/** Texels along one flat unit. */
	readonly texelsPerUnit: number;
}

/**
 * Packs charts by their exact texel footprints, largest first, each at the lowest free place in one
 * of four turns, and searches the largest scale at which all fit the square.
 *
 * A row of the atlas stores at every texel how far it is free (or taken) to the right, so that a
 * search leaps from obstacle to obstacle instead of stepping through texels.
 */
export function packCharts(
	charts: FlatCharts,
	density: Float64Array, // [chartCount] extra scale of each chart
	textureSize: number,
	gutterPx: number,
	checkpoint?: Checkpoint,
): ChartLayout {
	const shapes = turnCharts(charts, density);
	// A cell of the grid is one texel, or several in large atlases: finer cells gain nothing.
	const cell = Math.ceil(textureSize / FINE);
	const fine = new Packer(charts, shapes, Math.floor(textureSize / cell));
	const coarse =
		fine.size > 1.5 * COARSE
			? new Packer(charts, shapes, Math.floor(fine.size / 2))
			: undefined;
	for (let gutter = gutterPx; gutter >= 0; gutter--) {
		let scale: number | undefined;
		if (coarse !== undefined) {
			const rough = searchScale(
				coarse,
				shapes,
				Math.ceil(gutter / cell / 2),
				undefined,
				checkpoint,
			);
			if (rough !== undefined) scale = 2.015 * rough.scale;
		}
		const layout = searchScale(
			fine,
			shapes,
			Math.ceil(gutter / cell),
			scale,
			checkpoint,
		);
		if (layout !== undefined)
			return {
				uvs: placeVertices(charts, shapes, layout, textureSize / cell),
				texelsPerUnit: layout.scale * cell,
			};
	}
	return layInGrid(charts, shapes, textureSize);
}

/** Largest grids to pack on, cells a side: for the result, and for the first guess of the scale. */
const FINE = 1024;
const COARSE = 512;

/** Charts keep this far from the borders of their cells, so that rounding cannot carry them over. */
const INSET = 1 / 64;

/** Charts turned into their smallest rectangle. */
interface Shapes {
	readonly local: Float64Array; // [vertexCount × 2] from the rectangle's corner, flat units × density
	readonly width: Float64Array; // [chartCount]
	readonly height: Float64Array; // [chartCount]
	readonly area: number; // all charts together
	readonly firstEdge: Uint32Array; // [chartCount + 1] into the rim
}

interface Layout {
	readonly scale: number;
	readonly x: Int32Array; // [chartCount] texel of the turned footprint's corner
	readonly y: Int32Array; // [chartCount]
	readonly turn: Uint8Array; // [chartCount] quarter turns
	readonly wide: Int32Array; // [chartCount] footprint before the turn
	readonly high: Int32Array; // [chartCount]
	readonly top: number; // rows used
	readonly gutter: number; // texels round each footprint
}

const ANGLES = 24; // over a quarter turn

function turnCharts(charts: FlatCharts, density: Float64Array): Shapes {
	const { chartCount, flat, chartOfVertex, indices, rim } = charts;
	const vertexCount = chartOfVertex.length;
	const best = new Float64Array(chartCount).fill(Number.POSITIVE_INFINITY);
	const bestAngle = new Float64Array(chartCount);
	for (let pass = 0; pass < 2; pass++) {
		// Coarse over the quarter turn, then fine round the best.
		const steps = pass === 0 ? ANGLES : 7;
		const coarse = Math.PI / 2 / ANGLES;
		const centre = bestAngle.slice();
		for (let s = 0; s < steps; s++) {
			let v = 0;
			while (v < vertexCount) {
				const c = chartOfVertex[v];
				const angle =
					pass === 0 ? s * coarse : centre[c] + ((s - 3) / 4) * coarse;
				const cos = Math.cos(angle);
				const sin = Math.sin(angle);
				let minX = Number.POSITIVE_INFINITY;
				let minY = Number.POSITIVE_INFINITY;
				let maxX = Number.NEGATIVE_INFINITY;
				let maxY = Number.NEGATIVE_INFINITY;
				for (; v < vertexCount && chartOfVertex[v] === c; v++) {
					const x = cos * flat[2 * v] + sin * flat[2 * v + 1];
					const y = cos * flat[2 * v + 1] - sin * flat[2 * v];
					if (x < minX) minX = x;
					if (x > maxX) maxX = x;
					if (y < minY) minY = y;
					if (y > maxY) maxY = y;
				}
				const size = (maxX - minX) * (maxY - minY);
				if (size < best[c] * (1 - 1e-9)) {
					best[c] = size;
					bestAngle[c] = angle;
				}
			}
		}
	}
	const local = new Float64Array(2 * vertexCount);
	const width = new Float64Array(chartCount);
	const height = new Float64Array(chartCount);
	let v = 0;
	while (v < vertexCount) {
		const c = chartOfVertex[v];
		const first = v;
		const cos = density[c] * Math.cos(bestAngle[c]);
		const sin = density[c] * Math.sin(bestAngle[c]);
		let minX = Number.POSITIVE_INFINITY;
		let minY = Number.POSITIVE_INFINITY;
		for (; v < vertexCount && chartOfVertex[v] === c; v++) {
			const x = cos * flat[2 * v] + sin * flat[2 * v + 1];
			const y = cos * flat[2 * v + 1] - sin * flat[2 * v];
			local[2 * v] = x;
			local[2 * v + 1] = y;
			if (x < minX) minX = x;
			if (y < minY) minY = y;
		}
		for (let w = first; w < v; w++) {
			local[2 * w] -= minX;
			local[2 * w + 1] -= minY;
			if (local[2 * w] > width[c]) width[c] = local[2 * w];
			if (local[2 * w + 1] > height[c]) height[c] = local[2 * w + 1];
		}
	}
	const firstEdge = new Uint32Array(chartCount + 1);
	for (let e = 0; e < rim.length; e += 2)
		firstEdge[chartOfVertex[rim[e]] + 1]++;
	for (let c = 0; c < chartCount; c++) firstEdge[c + 1] += firstEdge[c];
	let area = 0;
	for (let t = 0; t < indices.length / 3; t++) {
		const a = indices[3 * t];
		const b = indices[3 * t + 1];
		const c = indices[3 * t + 2];
		area +=
			Math.abs(
				(local[2 * b] - local[2 * a]) * (local[2 * c + 1] - local[2 * a + 1]) -
					(local[2 * c] - local[2 * a]) * (local[2 * b + 1] - local[2 * a + 1]),
			) / 2;
	}
	return { local, width, height, area, firstEdge };
}

const MAX_TRIALS = 8;
/** With more charts than this a trial is slow and the last per cent matter little. */
const MANY_CHARTS = 1500;
/** Stop when the scale is known this well. */
const SCALE_TOLERANCE = 0.004;

function searchScale(
	packer: Packer,
	shapes: Shapes,
	gutter: number, // cells
	start: number | undefined, // scale to begin with, known to be near the best
	checkpoint?: Checkpoint,
): Layout | undefined {
	const textureSize = packer.size;
	const hasty = shapes.width.length > MANY_CHARTS;
	const maxTrials =
		start === undefined ? (hasty ? 4 : MAX_TRIALS) : hasty ? 1 : 3;
	let longest = 0;
	for (let c = 0; c < shapes.width.length; c++)
		longest = Math.max(longest, Math.min(shapes.width[c], shapes.height[c]));
	const room = textureSize - 2 * gutter - 1;
	if (room < 1) return undefined;
	const limit = longest > 0 ? room / longest : 1;
	let scale =
		start !== undefined
			? Math.min(limit, start)
			: shapes.area > 0
				? Math.min(limit, Math.sqrt(0.74 / shapes.area) * textureSize)
				: limit;
	let low = 0;
	let high = Number.POSITIVE_INFINITY;
	let best: Layout | undefined;
	for (let trial = 0; trial < 40; trial++) {
		checkpoint?.(Math.min(1, trial / maxTrials));
		const layout = packer.pack(scale, gutter);
		if (layout !== undefined && layout.top <= textureSize) {
			best = layout;
			low = scale;
			if (low >= limit) break;
		} else high = scale;
		if (best !== undefined && trial + 1 >= maxTrials) break;
		if (high / low - 1 < SCALE_TOLERANCE) break;
		if (scale * textureSize < 1e-3 && best === undefined) {
			// Even as points the charts do not fit.
			return undefined;
		}
		const guess =
			layout === undefined
				? scale * (trial < 4 ? 0.9 : 0.5)
				: scale * Math.sqrt(textureSize / layout.top);
		// The guess where it is inside the bracket, else the middle.
		if (low === 0) scale = Math.min(guess, 0.985 * high);
		else if (high === Number.POSITIVE_INFINITY)
			scale = Math.min(limit, Math.max(guess, 1.01 * low));
		else {
			const middle = Math.sqrt(low * high);
			const margin = (high - low) * 0.2;
			scale =
				guess > low + margin && guess < high - margin
					? 0.5 * (guess + middle)
					: middle;
		}
	}
	return best;
}

/** Up to this many texels a side, charts are packed as rectangles. */
const TINY = 12;
/** From this many charts on, places already searched in vain by a similar chart are skipped. */
const CAREFUL = 160;

class Packer {
	readonly #charts: FlatCharts;
	readonly #shapes: Shapes;
	readonly size: number; // cells a side
	readonly #rows: number;
	readonly #order: Int32Array; // largest first
	readonly #widest: Int16Array; // [rows] longest free run
	readonly #run: Int16Array; // [rows × size] > 0 free texels to the right, < 0 taken ones
	#picture: Uint8Array = new Uint8Array(1 << 14);
	#winding: Int16Array = new Int16Array(1 << 14);
	#dilated: Uint8Array = new Uint8Array(1 << 14);
	#turned: Uint8Array = new Uint8Array(1 << 14);
	#spanRow: Int32Array = new Int32Array(1 << 12);
	#spanStart: Int32Array = new Int32Array(1 << 12);
	#spanLength: Int32Array = new Int32Array(1 << 12);
	#spanCount = 0;
	readonly #touched: ReturnType<typeof createTexelSpans>;

	constructor(charts: FlatCharts, shapes: Shapes, size: number) {
		this.#charts = charts;
		this.#shapes = shapes;
		this.size = size;
		this.#rows = Math.ceil(1.15 * size);
		this.#run = new Int16Array(this.#rows * size);
		this.#widest = new Int16Array(this.#rows);
		this.#touched = createTexelSpans(this.#rows);
		const key = new Float64Array(charts.chartCount);
		for (let c = 0; c < key.length; c++)
			key[c] =
				Math.max(shapes.width[c], shapes.height[c]) +
				0.5 * Math.min(shapes.width[c], shapes.height[c]);
		this.#order = Int32Array.from(key.keys()).sort(
			(a, b) => key[b] - key[a] || a - b,
		);
	}

	/** Undefined where the charts do not fit into the rows there are. */
	pack(scale: number, gutter: number): Layout | undefined {
		const size = this.size;
		const run = this.#run;
		const { width, height } = this.#shapes;
		const count = this.#order.length;
		for (let i = 0; i < run.length; i += size)
			for (let x = 0; x < size; x++) run[i + x] = size - x;
		this.#widest.fill(size);
		const x = new Int32Array(count);
		const y = new Int32Array(count);
		const turn = new Uint8Array(count);
		const wide = new Int32Array(count);
		const high = new Int32Array(count);
		const tinyFrom = new Int32Array((TINY + 1) * (TINY + 1));
		const similarFrom = new Map<number, number>();
		let top = 0;
		for (let i = 0; i < count; i++) {
			const c = this.#order[i];
			// + 1: the last texel is touched, too.
			const w = Math.floor(width[c] * scale + 2 * INSET) + 1;
			const h = Math.floor(height[c] * scale + 2 * INSET) + 1;
			wide[c] = w;
			high[c] = h;
			const fullW = w + 2 * gutter;
			const fullH = h + 2 * gutter;
			if (Math.min(fullW, fullH) > size) return undefined;
			const tiny = fullW <= TINY && fullH <= TINY;
			if (tiny) this.#drawBox(w, h);
			else this.#draw(c, scale, w, h);
			this.#dilate(w, h, gutter);
			let bestTop = this.#rows + 1;
			for (let k = 0; k < 4; k++) {
				if (tiny && (k > 1 || (k === 1 && w === h))) break;
				const tw = k % 2 === 0 ? fullW : fullH;
				const th = k % 2 === 0 ? fullH : fullW;
				if (tw > size) continue;
				this.#turnSpans(fullW, fullH, k);
				const similar = ((tw >> 2) * 1024 + (th >> 2)) * 4 + k;
				const from = tiny
					? tinyFrom[tw * (TINY + 1) + th]
					: i >= CAREFUL
						? Math.max(0, (similarFrom.get(similar) ?? 0) - 4)
						: 0;
				const found = this.#find(tw, from, bestTop - 1 - th);
				if (found < 0) {
					if (tiny && bestTop > this.#rows)
						tinyFrom[tw * (TINY + 1) + th] = this.#rows;
					continue;
				}
				const fy = Math.floor(found / size);
				if (tiny) tinyFrom[tw * (TINY + 1) + th] = fy;
				else similarFrom.set(similar, fy);
				bestTop = fy + th;
				x[c] = found - fy * size;
				y[c] = fy;
				turn[c] = k;
			}
			if (bestTop > this.#rows) return undefined;
			if (bestTop > top) top = bestTop;
			this.#stamp(x[c] + gutter, y[c] + gutter, w, h, turn[c]);
		}
		return { scale, x, y, turn, wide, high, top, gutter };
	}

	#reserve(texels: number): void {
		if (this.#picture.length >= texels) return;
		const length = Math.max(texels, 2 * this.#picture.length);
		this.#picture = new Uint8Array(length);
		this.#winding = new Int16Array(length);
		this.#dilated = new Uint8Array(length);
		this.#turned = new Uint8Array(length);
	}

	#drawBox(w: number, h: number): void {
		this.#picture.fill(1, 0, w * h);
	}

	/** The chart's footprint: every texel it touches, from its rim. */
	#draw(c: number, scale: number, w: number, h: number): void {
		this.#reserve((w + 32) * (h + 32));
		const picture = this.#picture;
		const winding = this.#winding;
		picture.fill(0, 0, w * h);
		winding.fill(0, 0, w * h);
		const { local, firstEdge } = this.#shapes;
		const { rim } = this.#charts;
		const touched = this.#touched;
		const { bounds } = touched;
		for (let e = firstEdge[c]; e < firstEdge[c + 1]; e++) {
			const ax = local[2 * rim[2 * e]] * scale + INSET;
			const ay = local[2 * rim[2 * e] + 1] * scale + INSET;
			const bx = local[2 * rim[2 * e + 1]] * scale + INSET;
			const by = local[2 * rim[2 * e + 1] + 1] * scale + INSET;
			const rows = touchedSpans(touched, ax, ay, bx, by, bx, by, w, h);
			for (let k = 0; k < rows; k++) {
				const row = (touched.top + k) * w;
				const end = row + bounds[2 * k + 1];
				for (let j = row + bounds[2 * k]; j < end; j++) picture[j] = 1;
			}
			// Crossings of the lines through the texel centres.
			const first = Math.max(0, Math.ceil(Math.min(ay, by) - 0.5));
			const last = Math.min(h, Math.ceil(Math.max(ay, by) - 0.5));
			const slope = (bx - ax) / (by - ay);
			for (let y = first; y < last; y++) {
				const x = Math.ceil(ax + (y + 0.5 - ay) * slope - 0.5);
				if (x < w) winding[y * w + (x > 0 ? x : 0)] += by > ay ? 1 : -1;
			}
		}
		for (let y = 0; y < h; y++) {
			let sum = 0;
			const end = (y + 1) * w;
			for (let i = y * w; i < end; i++) {
				sum += winding[i];
				if (sum !== 0) picture[i] = 1;
			}
		}
	}

	/** Footprint grown by the gutter, squarely, into a picture that is 2 gutters larger. */
	#dilate(w: number, h: number, gutter: number): void {
		const fullW = w + 2 * gutter;
		const fullH = h + 2 * gutter;
		this.#reserve(fullW * fullH);
		const { data, rows } = { data: this.#dilated, rows: this.#turned };
		const picture = this.#picture;
		rows.fill(0, 0, fullW * h);
		for (let y = 0; y < h; y++) {
			let until = -1;
			for (let x = 0; x < fullW; x++) {
				if (x < w && picture[y * w + x] !== 0) until = x + 2 * gutter;
				if (x <= until) rows[y * fullW + x] = 1;
			}
		}
		data.fill(0, 0, fullW * fullH);
		for (let y = 0; y < h; y++)
			for (let x = 0; x < fullW; x++) {
				if (rows[y * fullW + x] === 0) continue;
				// Rows below were marked by the row above, except the last ones.
				const above = y > 0 && rows[(y - 1) * fullW + x] !== 0;
				for (let k = above ? 2 * gutter : 0; k <= 2 * gutter; k++)
					data[(y + k) * fullW + x] = 1;
			}
	}

	/** Spans of the dilated footprint after k quarter turns, longest first. */
	#turnSpans(w: number, h: number, k: number): void {
		const src = this.#dilated;
		let dst = this.#turned;
		const tw = k % 2 === 0 ? w : h;
		const th = k % 2 === 0 ? h : w;
		if (k === 0) dst = src;
		else if (k === 2) {
			const n = w * h;
			for (let i = 0; i < n; i++) dst[i] = src[n - 1 - i];
		} else
			for (let y = 0; y < th; y++)
				for (let x = 0; x < tw; x++)
					// 1: (x, y) of the turned one comes from (y, h − 1 − x); 3: from (w − 1 − y, x).
					dst[y * tw + x] =
						k === 1 ? src[(h - 1 - x) * w + y] : src[x * w + (w - 1 - y)];
		let count = 0;
		for (let y = 0; y < th; y++) {
			let x = 0;
			while (x < tw) {
				while (x < tw && dst[y * tw + x] === 0) x++;
				if (x >= tw) break;
				const start = x;
				while (x < tw && dst[y * tw + x] !== 0) x++;
				if (count >= this.#spanRow.length) this.#growSpans();
				this.#spanRow[count] = y;
				this.#spanStart[count] = start;
				this.#spanLength[count] = x - start;
				count++;
			}
		}
		this.#spanCount = count;
	}

	#growSpans(): void {
		const length = 2 * this.#spanRow.length;
		for (const name of ["row", "start", "length"] as const) {
			const grown = new Int32Array(length);
			if (name === "row") {
				grown.set(this.#spanRow);
				this.#spanRow = grown;
			} else if (name === "start") {
				grown.set(this.#spanStart);
				this.#spanStart = grown;
			} else {
				grown.set(this.#spanLength);
				this.#spanLength = grown;
			}
		}
	}

	/** Lowest free place of the current spans, y × size + x, from row `from` to row `to`; −1: none. */
	#find(w: number, from: number, to: number): number {
		const size = this.size;
		const run = this.#run;
		const widest = this.#widest;
		const spanRow = this.#spanRow;
		const spanStart = this.#spanStart;
		const spanLength = this.#spanLength;
		const count = this.#spanCount;
		// Rows far apart tell more than neighbours: visit them with a stride that reaches all.
		const stride = strideFor(count);
		let failed = 0;
		let longest = 0;
		for (let i = 1; i < count; i++)
			if (spanLength[i] > spanLength[longest]) longest = i;
		for (let y = from; y <= to; y++) {
			if (
				widest[y + spanRow[longest]] < spanLength[longest] ||
				widest[y + spanRow[failed]] < spanLength[failed]
			)
				continue;
			let x = 0;
			let i = failed;
			let passed = 0;
			while (x + w <= size) {
				const at = (y + spanRow[i]) * size + x + spanStart[i];
				const free = run[at];
				if (free >= spanLength[i]) {
					passed++;
					if (passed === count) return y * size + x;
					i += stride;
					if (i >= count) i -= count;
					continue;
				}
				passed = 0;
				failed = i;
				if (free < 0) x -= free;
				else {
					x += free;
					if (x + w > size) break;
					x -= run[at + free];
				}
			}
		}
		return -1;
	}

	/** Takes the footprint's texels. */
	#stamp(x0: number, y0: number, w: number, h: number, k: number): void {
		const size = this.size;
		const run = this.#run;
		const picture = this.#picture;
		const tw = k % 2 === 0 ? w : h;
		const th = k % 2 === 0 ? h : w;
		for (let y = 0; y < th; y++) {
			const row = (y0 + y) * size;
			for (let x = 0; x < tw; x++) {
				const src =
					k === 0
						? y * w + x
						: k === 1
							? (h - 1 - x) * w + y
							: k === 2
								? (h - 1 - y) * w + (w - 1 - x)
								: x * w + (w - 1 - y);
				if (picture[src] !== 0) run[row + x0 + x] = -1;
			}
			// Counts to the right, renewed from the footprint's end back to where nothing changes.
			for (let x = x0 + tw - 1; x >= 0; x--) {
				const next = x + 1 < size ? run[row + x + 1] : 0;
				const taken = run[row + x] < 0;
				const value = taken
					? next < 0
						? next - 1
						: -1
					: next > 0
						? next + 1
						: 1;
				if (x < x0 && run[row + x] === value) break;
				run[row + x] = value;
			}
			let longest = 0;
			for (let x = 0; x < size; ) {
				const free = run[row + x];
				if (free > longest) longest = free;
				x += free > 0 ? free : -free;
			}
			this.#widest[y0 + y] = longest;
		}
	}
}

/** A step near 0.38 × count that shares no divisor with it. */
function strideFor(count: number): number {
	if (count < 4) return 1;
	let stride = Math.floor(0.38 * count);
	while (divisor(stride, count) !== 1) stride++;
	return stride % count || 1;
}

function divisor(a: number, b: number): number {
	let p = a;
	let q = b;
	while (q !== 0) {
		const r = p % q;
		p = q;
		q = r;
	}
	return p;
}

function placeVertices(
	charts: FlatCharts,
	shapes: Shapes,
	layout: Layout,
	textureSize: number,
): Float32Array /* [vertexCount × 2] */ {
	const { chartOfVertex } = charts;
	const { local } = shapes;
	const uvs = new Float32Array(2 * chartOfVertex.length);
	for (let v = 0; v < chartOfVertex.length; v++) {
		const c = chartOfVertex[v];
		const x = local[2 * v] * layout.scale + INSET;
		const y = local[2 * v + 1] * layout.scale + INSET;
		const w = layout.wide[c];
		const h = layout.high[c];
		const k = layout.turn[c];
		const u = k === 0 ? x : k === 1 ? h - y : k === 2 ? w - x : y;
		const v2 = k === 0 ? y : k === 1 ? x : k === 2 ? h - y : w - x;
		uvs[2 * v] = (layout.x[c] + layout.gutter + u) / textureSize;
		uvs[2 * v + 1] = (layout.y[c] + layout.gutter + v2) / textureSize;
	}
	return uvs;
}

/** More charts than the atlas has room for: each in a cell of a square grid, smaller than a texel. */
function layInGrid(
	charts: FlatCharts,
	shapes: Shapes,
	textureSize: number,
): ChartLayout {
	const side = Math.ceil(Math.sqrt(charts.chartCount));
	const uvs = new Float32Array(2 * charts.chartOfVertex.length);
	let largest = 0;
	for (let c = 0; c < charts.chartCount; c++)
		largest = Math.max(largest, shapes.width[c], shapes.height[c]);
	const scale = largest > 0 ? 0.9 / (side * largest) : 0;
	for (let v = 0; v < charts.chartOfVertex.length; v++) {
		const c = charts.chartOfVertex[v];
		uvs[2 * v] = ((c % side) + 0.05) / side + shapes.local[2 * v] * scale;
		uvs[2 * v + 1] =
			(Math.floor(c / side) + 0.05) / side + shapes.local[2 * v + 1] * scale;
	}
	return { uvs, texelsPerUnit: scale * textureSize };
}
