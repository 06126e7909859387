import type { Checkpoint } from "../../core/run-context.ts";

/**
 * Cuts a surface into charts that each face one way, so that a parallel projection flattens them
 * with little stretch. In the spirit of variational shape approximation (Cohen-Steiner, Alliez,
 * Desbrun, 2004): directions are clustered from the normals, triangles take the direction that
 * suits them and their neighbours, connected pieces are merged while they stay flat and compact.
 */
export interface Segmentation {
	readonly chartOfTriangle: Int32Array; // [triangleCount]
	readonly axes: Float64Array; // [chartCount × 3] unit projection direction
	readonly chartCount: number;
}

/** cos of the angle to the axis: the anisotropy of a projected triangle is 1 / cos. */
const FLAT = 0.69;
/** Share of the area that may be projected more steeply, to save small charts. */
const STEEP_BUDGET = 0.012;
/** Mean of 1 − cos to the axis that merged charts may reach. */
const MAX_BEND = 0.2;
const BIN_SIDE = 16;
const BINS: number = BIN_SIDE * BIN_SIDE;

export function segmentCharts(
	normals: Float64Array, // [triangleCount × 3] unit, or zero where degenerate
	areas: Float64Array, // [triangleCount]
	edges: Float64Array, // [triangleCount × 3] edge lengths
	neighbours: Int32Array, // [triangleCount × 3]
	checkpoint?: Checkpoint,
): Segmentation {
	const binDirections = makeBinDirections();
	const directions = clusterDirections(normals, areas);
	checkpoint?.(0.1);
	const labels = labelTriangles(normals, edges, neighbours, directions);
	checkpoint?.(0.3);
	const pieces = connectedPieces(labels, neighbours);
	const merged = mergePieces(
		pieces.pieceOfTriangle,
		pieces.count,
		normals,
		areas,
		edges,
		neighbours,
		binDirections,
	);
	checkpoint?.(0.7);
	smoothBorders(
		merged.chartOfTriangle,
		merged.axes,
		normals,
		edges,
		neighbours,
	);
	const { pieceOfTriangle, count } = connectedPieces(
		merged.chartOfTriangle,
		neighbours,
	);
	checkpoint?.(0.9);
	return {
		chartOfTriangle: pieceOfTriangle,
		axes: fitAxes(pieceOfTriangle, count, normals, areas),
		chartCount: count,
	};
}

/** Cell of the octahedral map that a unit direction falls into. */
function binOf(x: number, y: number, z: number): number {
	const s = Math.abs(x) + Math.abs(y) + Math.abs(z);
	if (!(s > 0)) return 0;
	let u = x / s;
	let v = y / s;
	if (z < 0) {
		const t = u;
		u = (1 - Math.abs(v)) * (t < 0 ? -1 : 1);
		v = (1 - Math.abs(t)) * (v < 0 ? -1 : 1);
	}
	const i = Math.min(BIN_SIDE - 1, Math.floor((u * 0.5 + 0.5) * BIN_SIDE));
	const j = Math.min(BIN_SIDE - 1, Math.floor((v * 0.5 + 0.5) * BIN_SIDE));
	return j * BIN_SIDE + i;
}

function makeBinDirections(): Float64Array /* [BINS × 3] */ {
	const out = new Float64Array(BINS * 3);
	for (let b = 0; b < BINS; b++) {
		let x = (((b % BIN_SIDE) + 0.5) / BIN_SIDE) * 2 - 1;
		let y = ((Math.floor(b / BIN_SIDE) + 0.5) / BIN_SIDE) * 2 - 1;
		const z = 1 - Math.abs(x) - Math.abs(y);
		if (z < 0) {
			const t = x;
			x = (1 - Math.abs(y)) * (t < 0 ? -1 : 1);
			y = (1 - Math.abs(t)) * (y < 0 ? -1 : 1);
		}
		const length = Math.hypot(x, y, z);
		out[3 * b] = x / length;
		out[3 * b + 1] = y / length;
		out[3 * b + 2] = z / length;
	}
	return out;
}

const MAX_DIRECTIONS = 20;

/** The six axes, moved to where the normals are, plus more wherever normals are badly served. */
function clusterDirections(
	normals: Float64Array,
	areas: Float64Array,
): Float64Array /* [directionCount × 3] */ {
	// Area-weighted normals by cell stand in for the triangles.
	const sums = new Float64Array(BINS * 3);
	const weights = new Float64Array(BINS);
	let total = 0;
	for (let t = 0; t < areas.length; t++) {
		const b = binOf(normals[3 * t], normals[3 * t + 1], normals[3 * t + 2]);
		const a = areas[t];
		weights[b] += a;
		total += a;
		for (let k = 0; k < 3; k++) sums[3 * b + k] += a * normals[3 * t + k];
	}
	const units = sums.slice();
	for (let b = 0; b < BINS; b++) {
		const length = Math.hypot(sums[3 * b], sums[3 * b + 1], sums[3 * b + 2]);
		for (let k = 0; k < 3; k++) units[3 * b + k] /= length > 0 ? length : 1;
	}
	// biome-ignore format: one axis a line
	const directions = [
		1, 0, 0,
		-1, 0, 0,
		0, 1, 0,
		0, -1, 0,
		0, 0, 1,
		0, 0, -1,
	];
	const best = new Int32Array(BINS);
	const bestCos = new Float64Array(BINS);
	for (;;) {
		for (let pass = 0; pass < 3; pass++) {
			const means = new Float64Array(directions.length);
			for (let b = 0; b < BINS; b++) {
				if (weights[b] === 0) continue;
				bestCos[b] = -2;
				for (let d = 0; d < directions.length; d += 3) {
					const c =
						units[3 * b] * directions[d] +
						units[3 * b + 1] * directions[d + 1] +
						units[3 * b + 2] * directions[d + 2];
					if (c > bestCos[b]) {
						bestCos[b] = c;
						best[b] = d;
					}
				}
				// Far normals pull harder: the aim is a small worst angle.
				const w = 1.1 - bestCos[b];
				for (let k = 0; k < 3; k++) means[best[b] + k] += w * sums[3 * b + k];
			}
			if (pass === 2) break;
			for (let d = 0; d < directions.length; d += 3) {
				const length = Math.hypot(means[d], means[d + 1], means[d + 2]);
				if (length < 1e-9 * total) continue;
				for (let k = 0; k < 3; k++)
					directions[d + k] =
						0.5 * directions[d + k] + (0.5 * means[d + k]) / length;
				const after = Math.hypot(
					directions[d],
					directions[d + 1],
					directions[d + 2],
				);
				for (let k = 0; k < 3; k++)
					directions[d + k] /= after > 1e-6 ? after : 1;
			}
		}
		let steep = 0;
		let worst = -1;
		for (let b = 0; b < BINS; b++) {
			if (weights[b] === 0 || bestCos[b] >= FLAT) continue;
			steep += weights[b];
			if (worst < 0 || weights[b] > weights[worst]) worst = b;
		}
		if (
			worst < 0 ||
			steep < 0.005 * total ||
			directions.length >= 3 * MAX_DIRECTIONS
		)
			return Float64Array.from(directions);
		directions.push(
			units[3 * worst],
			units[3 * worst + 1],
			units[3 * worst + 2],
		);
	}
}

const LABEL_SWEEPS = 6;
const LABEL_SMOOTHNESS = 0.9;

/** The best direction of each triangle, with a say for its neighbours (iterated conditional modes). */
function labelTriangles(
	normals: Float64Array,
	edges: Float64Array,
	neighbours: Int32Array,
	directions: Float64Array,
): Int32Array /* [triangleCount] */ {
	const count = neighbours.length / 3;
	const labels = new Int32Array(count);
	for (let t = 0; t < count; t++) {
		const x = normals[3 * t];
		const y = normals[3 * t + 1];
		const z = normals[3 * t + 2];
		let bestCos = -2;
		for (let d = 0; d < directions.length; d += 3) {
			const c =
				x * directions[d] + y * directions[d + 1] + z * directions[d + 2];
			if (c > bestCos) {
				bestCos = c;
				labels[t] = d;
			}
		}
	}
	for (let sweep = 0; sweep < LABEL_SWEEPS; sweep++) {
		let changed = 0;
		for (let t = 0; t < count; t++) {
			const own = labels[t];
			const n0 = neighbours[3 * t];
			const n1 = neighbours[3 * t + 1];
			const n2 = neighbours[3 * t + 2];
			const l0 = n0 < 0 ? -1 : labels[n0];
			const l1 = n1 < 0 ? -1 : labels[n1];
			const l2 = n2 < 0 ? -1 : labels[n2];
			if (
				(l0 === own || l0 < 0) &&
				(l1 === own || l1 < 0) &&
				(l2 === own || l2 < 0)
			)
				continue;
			const x = normals[3 * t];
			const y = normals[3 * t + 1];
			const z = normals[3 * t + 2];
			const flatless = x === 0 && y === 0 && z === 0;
			const e0 = edges[3 * t];
			const e1 = edges[3 * t + 1];
			const e2 = edges[3 * t + 2];
			const scale = LABEL_SMOOTHNESS / (e0 + e1 + e2 || 1);
			let best = own;
			let bestCost = Number.POSITIVE_INFINITY;
			for (let choice = 0; choice < 4; choice++) {
				const l =
					choice === 0 ? own : choice === 1 ? l0 : choice === 2 ? l1 : l2;
				if (l < 0) continue;
				const c =
					x * directions[l] + y * directions[l + 1] + z * directions[l + 2];
				let cost = flatless ? 0 : 1 - c + (c < FLAT ? 4 * (FLAT - c) : 0);
				if (l0 !== l) cost += scale * e0;
				if (l1 !== l) cost += scale * e1;
				if (l2 !== l) cost += scale * e2;
				if (cost < bestCost) {
					bestCost = cost;
					best = l;
				}
			}
			if (best !== own) {
				labels[t] = best;
				changed++;
			}
		}
		if (changed === 0) break;
	}
	return labels;
}

/** Numbers the edge-connected pieces of equal label, in order of their first triangle. */
export function connectedPieces(
	labels: Int32Array,
	neighbours: Int32Array,
): { pieceOfTriangle: Int32Array; count: number } {
	const pieceOfTriangle = new Int32Array(labels.length).fill(-1);
	const stack = new Int32Array(labels.length);
	let count = 0;
	for (let seed = 0; seed < labels.length; seed++) {
		if (pieceOfTriangle[seed] >= 0) continue;
		let top = 0;
		stack[top++] = seed;
		pieceOfTriangle[seed] = count;
		while (top > 0) {
			const t = stack[--top];
			for (let k = 0; k < 3; k++) {
				const n = neighbours[3 * t + k];
				if (n < 0 || pieceOfTriangle[n] >= 0 || labels[n] !== labels[t])
					continue;
				pieceOfTriangle[n] = count;
				stack[top++] = n;
			}
		}
		count++;
	}
	return { pieceOfTriangle, count };
}

/** Merges pieces, smallest first, while the union stays flat and compact. */
function mergePieces(
	pieceOfTriangle: Int32Array,
	pieceCount: number,
	normals: Float64Array,
	areas: Float64Array,
	edges: Float64Array,
	neighbours: Int32Array,
	binDirections: Float64Array,
): { chartOfTriangle: Int32Array; axes: Float64Array } {
	const area = new Float64Array(pieceCount);
	const perimeter = new Float64Array(pieceCount);
	const sum = new Float64Array(pieceCount * 3);
	const cells: Map<number, number>[] = []; // area by direction cell
	const borders: Map<number, number>[] = []; // length by neighbouring piece
	for (let p = 0; p < pieceCount; p++) {
		cells.push(new Map());
		borders.push(new Map());
	}
	let totalArea = 0;
	const triangleCount = areas.length;
	for (let t = 0; t < triangleCount; t++) {
		const p = pieceOfTriangle[t];
		const a = areas[t];
		area[p] += a;
		totalArea += a;
		const x = normals[3 * t];
		const y = normals[3 * t + 1];
		const z = normals[3 * t + 2];
		sum[3 * p] += a * x;
		sum[3 * p + 1] += a * y;
		sum[3 * p + 2] += a * z;
		const b = binOf(x, y, z);
		const own = cells[p];
		own.set(b, (own.get(b) ?? 0) + a);
		for (let k = 0; k < 3; k++) {
			const n = neighbours[3 * t + k];
			if (n >= 0 && pieceOfTriangle[n] === p) continue;
			const e = edges[3 * t + k];
			perimeter[p] += e;
			if (n < 0) continue;
			const q = pieceOfTriangle[n];
			borders[p].set(q, (borders[p].get(q) ?? 0) + e);
		}
	}

	const parent = new Int32Array(pieceCount);
	for (let p = 0; p < pieceCount; p++) parent[p] = p;
	let budget = STEEP_BUDGET * totalArea;

	/** Area of `cells` that faces away from the axis by more than the limit. */
	const steepArea = (p: number, x: number, y: number, z: number): number => {
		let steep = 0;
		for (const [b, a] of cells[p]) {
			const c =
				x * binDirections[3 * b] +
				y * binDirections[3 * b + 1] +
				z * binDirections[3 * b + 2];
			if (c < FLAT) steep += c < 0.2 ? 10 * a : a;
		}
		return steep;
	};

	// Two rounds: tidy the small pieces first, then join whole charts.
	let queue = Array.from({ length: pieceCount }, (_, p) => p);
	for (let round = 0; round < 6; round++) {
		queue.sort((p, q) => area[p] - area[q] || p - q);
		const next: number[] = [];
		for (const p of queue) {
			if (parent[p] !== p) continue;
			const small = area[p] < 0.002 * totalArea;
			let best = -1;
			let bestScore = 0;
			let bestSteep = 0;
			for (const [q, shared] of borders[p]) {
				const x = sum[3 * p] + sum[3 * q];
				const y = sum[3 * p + 1] + sum[3 * q + 1];
				const z = sum[3 * p + 2] + sum[3 * q + 2];
				const length = Math.hypot(x, y, z);
				if (!(length > 0)) continue;
				// A fold in the middle, not a curve: the sides of a box stay apart.
				if (!small && 1 - length / (area[p] + area[q]) > MAX_BEND) continue;
				const share = shared / Math.min(perimeter[p], perimeter[q]);
				if (!small && share < 0.2) continue;
				const joined = perimeter[p] + perimeter[q] - 2 * shared;
				const roundness =
					(4 * Math.PI * (area[p] + area[q])) / (joined * joined || 1);
				if (!small && roundness < 0.22) continue;
				const steep =
					steepArea(p, x / length, y / length, z / length) +
					steepArea(q, x / length, y / length, z / length);
				const free = 0.004 * (area[p] + area[q]);
				if (steep > free && (!small || steep - free > 0.1 * budget)) continue;
				const score = share + roundness - steep / (area[p] + 1e-30);
				if (best < 0 || score > bestScore) {
					best = q;
					bestScore = score;
					bestSteep = Math.max(0, steep - free);
				}
			}
			if (best < 0) continue;
			budget -= bestSteep;
			join(p, best);
			next.push(best);
		}
		if (next.length === 0) break;
		queue = Array.from({ length: pieceCount }, (_, p) => p).filter(
			(p) => parent[p] === p,
		);
	}

	function join(p: number, q: number): void {
		const shared = borders[p].get(q) ?? 0;
		parent[p] = q;
		area[q] += area[p];
		perimeter[q] += perimeter[p] - 2 * shared;
		for (let k = 0; k < 3; k++) sum[3 * q + k] += sum[3 * p + k];
		for (const [b, a] of cells[p]) cells[q].set(b, (cells[q].get(b) ?? 0) + a);
		borders[q].delete(p);
		for (const [r, e] of borders[p]) {
			if (r === q) continue;
			borders[q].set(r, (borders[q].get(r) ?? 0) + e);
			borders[r].delete(p);
			borders[r].set(q, (borders[r].get(q) ?? 0) + e);
		}
		borders[p].clear();
		cells[p].clear();
	}

	const chartOfTriangle = new Int32Array(triangleCount);
	for (let t = 0; t < triangleCount; t++) {
		let p = pieceOfTriangle[t];
		while (parent[p] !== p) {
			parent[p] = parent[parent[p]];
			p = parent[p];
		}
		chartOfTriangle[t] = p;
	}
	const axes = new Float64Array(pieceCount * 3);
	for (let p = 0; p < pieceCount; p++) {
		const length = Math.hypot(sum[3 * p], sum[3 * p + 1], sum[3 * p + 2]);
		for (let k = 0; k < 3; k++)
			axes[3 * p + k] = length > 0 ? sum[3 * p + k] / length : 0;
	}
	return { chartOfTriangle, axes };
}

const BORDER_SWEEPS = 6;

/** Cuts teeth off the borders: a triangle that touches another chart along the longer part of its rim changes over. */
function smoothBorders(
	chartOfTriangle: Int32Array,
	axes: Float64Array,
	normals: Float64Array,
	edges: Float64Array,
	neighbours: Int32Array,
): void {
	for (let sweep = 0; sweep < BORDER_SWEEPS; sweep++) {
		let changed = 0;
		for (let t = 0; t < chartOfTriangle.length; t++) {
			const own = chartOfTriangle[t];
			let kept = 0; // neighbours in the own chart: more than one, and leaving could cut it
			let keptLength = 0;
			let other = -1;
			let otherLength = 0;
			for (let k = 0; k < 3; k++) {
				const n = neighbours[3 * t + k];
				if (n < 0) continue;
				const c = chartOfTriangle[n];
				if (c === own) {
					kept++;
					keptLength += edges[3 * t + k];
				} else if (other < 0 || other === c) {
					other = c;
					otherLength += edges[3 * t + k];
				}
			}
			if (other < 0 || kept > 1 || otherLength <= keptLength) continue;
			const x = normals[3 * t];
			const y = normals[3 * t + 1];
			const z = normals[3 * t + 2];
			const there =
				x * axes[3 * other] + y * axes[3 * other + 1] + z * axes[3 * other + 2];
			const here =
				x * axes[3 * own] + y * axes[3 * own + 1] + z * axes[3 * own + 2];
			if (there < FLAT && there < here) continue;
			chartOfTriangle[t] = other;
			changed++;
		}
		if (changed === 0) break;
	}
}

/** The direction each chart is seen from with the least stretch. */
export function fitAxes(
	chartOfTriangle: Int32Array,
	chartCount: number,
	normals: Float64Array,
	areas: Float64Array,
): Float64Array /* [chartCount × 3] */ {
	const axes = new Float64Array(chartCount * 3);
	const sums = new Float64Array(chartCount * 3);
	for (let pass = 0; pass < 4; pass++) {
		sums.fill(0);
		for (let t = 0; t < chartOfTriangle.length; t++) {
			const c = 3 * chartOfTriangle[t];
			const x = normals[3 * t];
			const y = normals[3 * t + 1];
			const z = normals[3 * t + 2];
			const cos = Math.max(
				0.3,
				pass === 0 ? 1 : x * axes[c] + y * axes[c + 1] + z * axes[c + 2],
			);
			const w = areas[t] / (cos * cos * cos);
			sums[c] += w * x;
			sums[c + 1] += w * y;
			sums[c + 2] += w * z;
		}
		for (let c = 0; c < 3 * chartCount; c += 3) {
			const length = Math.hypot(sums[c], sums[c + 1], sums[c + 2]);
			if (!(length > 0)) {
				// Only degenerate triangles: any direction will do.
				axes[c] = 0;
				axes[c + 1] = 0;
				axes[c + 2] = 1;
				continue;
			}
			axes[c] = sums[c] / length;
			axes[c + 1] = sums[c + 1] / length;
			axes[c + 2] = sums[c + 2] / length;
		}
	}
	return axes;
}
