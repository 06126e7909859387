import type { Checkpoint } from "../../../core/run-context.ts";

/**
 * Minimal cut of an 8-connected pixel grid between a source and a sink.
 * Boykov and Kolmogorov, "An Experimental Comparison of Min-Cut/Max-Flow Algorithms for Energy
 * Minimization in Vision", 2004: two search trees, grown from both ends and repaired, not rebuilt.
 */
export interface GridGraph {
	readonly width: number;
	readonly height: number;
	/** Positive: capacity from the source; negative: capacity to the sink. */
	readonly terminal: Int32Array; // [height × width]
	/** Capacity both ways between a pixel and its neighbour: E, S, SE, SW. */
	readonly links: Int32Array; // [height × width × 4]
}

const FREE = 0;
const SOURCE = 1;
const SINK = 2;

const TERMINAL = 8; // parent: the tree's root
const ORPHAN = 9; // parent: none for now
const NONE = 10;

/** Which pixels stay with the source (1) when the links of least total capacity are cut. */
export function cutGrid(
	graph: GridGraph,
	checkpoint?: Checkpoint,
): Uint8Array /* [height × width] */ {
	const { width, height } = graph;
	// A border of unlinked nodes spares every bounds check.
	const w = width + 2;
	const n = w * (height + 2);
	const step = new Int32Array([1, -1, w, -w, w + 1, -w - 1, w - 1, -w + 1]); // pairs: d ^ 1 is the way back
	const cap = new Int32Array(n * 8);
	const rest = new Int32Array(n); // residual to the terminal, signed
	const tree = new Uint8Array(n);
	const parent = new Uint8Array(n).fill(NONE); // direction towards the root
	const stamp = new Int32Array(n); // when `depth` was last known to be right
	const depth = new Int32Array(n);
	const queued = new Uint8Array(n);
	const queue = new Int32Array(n + 1);
	let queueHead = 0;
	let queueTail = 0;
	let orphans = new Int32Array(1024);
	let orphanCount = 0;
	let time = 0;

	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) {
			const p = y * width + x;
			const i = (y + 1) * w + x + 1;
			rest[i] = graph.terminal[p];
			for (let k = 0; k < 4; k++) {
				if (x + 1 >= width && (k === 0 || k === 2)) continue;
				if (x === 0 && k === 3) continue;
				if (y + 1 >= height && k > 0) continue;
				const d = k * 2;
				const c = graph.links[p * 4 + k];
				cap[i * 8 + d] = c;
				cap[(i + step[d]) * 8 + d + 1] = c;
			}
			if (rest[i] === 0) continue;
			tree[i] = rest[i] > 0 ? SOURCE : SINK;
			parent[i] = TERMINAL;
			depth[i] = 1;
			queued[i] = 1;
			queue[queueTail++] = i;
		}

	const activate = (i: number): void => {
		if (queued[i] === 1) return;
		queued[i] = 1;
		queue[queueTail++] = i;
		if (queueTail > n) queueTail = 0;
	};
	const orphan = (i: number): void => {
		parent[i] = ORPHAN;
		if (orphanCount === orphans.length) {
			const grown = new Int32Array(orphanCount * 2);
			grown.set(orphans);
			orphans = grown;
		}
		orphans[orphanCount++] = i;
	};

	/** Pushes as much as fits along root → from → to → root. */
	const augment = (from: number, d: number): void => {
		const to = from + step[d];
		let flow = cap[from * 8 + d];
		let k = from;
		while (parent[k] !== TERMINAL) {
			const up = parent[k];
			k += step[up];
			const c = cap[k * 8 + (up ^ 1)];
			if (c < flow) flow = c;
		}
		if (rest[k] < flow) flow = rest[k];
		k = to;
		while (parent[k] !== TERMINAL) {
			const up = parent[k];
			const c = cap[k * 8 + up];
			if (c < flow) flow = c;
			k += step[up];
		}
		if (-rest[k] < flow) flow = -rest[k];

		cap[from * 8 + d] -= flow;
		cap[to * 8 + (d ^ 1)] += flow;
		k = from;
		while (parent[k] !== TERMINAL) {
			const up = parent[k];
			const above = k + step[up];
			cap[k * 8 + up] += flow;
			cap[above * 8 + (up ^ 1)] -= flow;
			if (cap[above * 8 + (up ^ 1)] === 0) orphan(k);
			k = above;
		}
		rest[k] -= flow;
		if (rest[k] === 0) orphan(k);
		k = to;
		while (parent[k] !== TERMINAL) {
			const up = parent[k];
			const above = k + step[up];
			cap[above * 8 + (up ^ 1)] += flow;
			cap[k * 8 + up] -= flow;
			if (cap[k * 8 + up] === 0) orphan(k);
			k = above;
		}
		rest[k] += flow;
		if (rest[k] === 0) orphan(k);
	};

	/** Steps from a node to its root, or 0 where the way ends at an orphan. Stamps the way. */
	const rootDepth = (start: number): number => {
		let k = start;
		let steps = 0;
		for (;;) {
			if (stamp[k] === time) {
				steps += depth[k];
				break;
			}
			const up = parent[k];
			if (up === ORPHAN || up === NONE) return 0;
			steps++;
			if (up === TERMINAL) {
				stamp[k] = time;
				depth[k] = 1;
				break;
			}
			k += step[up];
		}
		const total = steps;
		k = start;
		while (stamp[k] !== time) {
			stamp[k] = time;
			depth[k] = steps--;
			k += step[parent[k]];
		}
		return total;
	};

	/** Finds every orphan a new parent in its own tree, or frees it. */
	const adopt = (): void => {
		for (let o = 0; o < orphanCount; o++) {
			const i = orphans[o];
			const side = tree[i];
			let best = NONE;
			let bestDepth = 1 << 30;
			for (let d = 0; d < 8; d++) {
				const j = i + step[d];
				if (tree[j] !== side) continue;
				const c = side === SOURCE ? cap[j * 8 + (d ^ 1)] : cap[i * 8 + d];
				if (c === 0) continue;
				const steps = rootDepth(j);
				if (steps === 0 || steps >= bestDepth) continue;
				best = d;
				bestDepth = steps;
			}
			if (best !== NONE) {
				parent[i] = best;
				stamp[i] = time;
				depth[i] = bestDepth + 1;
				continue;
			}
			tree[i] = FREE;
			parent[i] = NONE;
			for (let d = 0; d < 8; d++) {
				const j = i + step[d];
				if (tree[j] !== side) continue;
				const c = side === SOURCE ? cap[j * 8 + (d ^ 1)] : cap[i * 8 + d];
				if (c > 0) activate(j);
				if (parent[j] === (d ^ 1)) orphan(j);
			}
		}
		orphanCount = 0;
	};

	let rounds = 0;
	while (queueHead !== queueTail) {
		if ((++rounds & 0x3fff) === 0) checkpoint?.(0);
		const i = queue[queueHead++];
		if (queueHead > n) queueHead = 0;
		queued[i] = 0;
		const side = tree[i];
		for (let d = 0; d < 8 && tree[i] === side && side !== FREE; d++) {
			const j = i + step[d];
			const c = side === SOURCE ? cap[i * 8 + d] : cap[j * 8 + (d ^ 1)];
			if (c === 0) continue;
			if (tree[j] === FREE) {
				tree[j] = side;
				parent[j] = d ^ 1;
				stamp[j] = stamp[i];
				depth[j] = depth[i] + 1;
				activate(j);
			} else if (tree[j] !== side) {
				time++;
				if (side === SOURCE) augment(i, d);
				else augment(j, d ^ 1);
				adopt();
				d = -1; // look at all neighbours again: the trees have changed
			} else if (stamp[j] <= stamp[i] && depth[j] > depth[i]) {
				parent[j] = d ^ 1; // a shorter way to the root
				stamp[j] = stamp[i];
				depth[j] = depth[i] + 1;
			}
		}
	}

	const out = new Uint8Array(width * height);
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++)
			if (tree[(y + 1) * w + x + 1] === SOURCE) out[y * width + x] = 1;
	return out;
}
