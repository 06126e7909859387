/** Share of a claim's points from which on another one speaks of the same hollow. */
const SAME_SHARE = 0.25;

/** Cells of a view. */
interface ViewSize {
	readonly width: number;
	readonly height: number;
}

/** Points of a hull in one view, and who would carve them. */
export interface SeenPoints {
	readonly cells: Int32Array; // [points] −1 where not in the picture
	readonly carvers: Int32Array; // [points] claim, −1 for none
}

/** Number of the hollow that each claim speaks of: one of its claims. */
export function joinClaims(
	views: readonly SeenPoints[],
	claims: number,
	count: number,
): Uint32Array /* [claims] */ {
	const points = new Uint32Array(claims);
	const shared = new Map<number, number>();
	const here: number[] = [];
	for (let k = 0; k < count; k++) {
		here.length = 0;
		for (const { carvers } of views) if (carvers[k] >= 0) here.push(carvers[k]);
		for (const [n, a] of here.entries()) {
			points[a]++;
			for (let m = 0; m < n; m++) {
				const pair = Math.min(a, here[m]) * claims + Math.max(a, here[m]);
				shared.set(pair, (shared.get(pair) ?? 0) + 1);
			}
		}
	}
	const parent = Uint32Array.from({ length: claims }, (_, n) => n);
	const rootOf = (n: number): number => {
		while (parent[n] !== n) n = parent[n];
		return n;
	};
	for (const [pair, both] of shared) {
		const a = Math.floor(pair / claims);
		const b = pair % claims;
		if (both > SAME_SHARE * Math.min(points[a], points[b]))
			parent[rootOf(a)] = rootOf(b);
	}
	return parent.map((_, n) => rootOf(n));
}

/** For each claim, the cells (numbered through all views) whose last matter it helps to carve. */
export function lostCells(
	views: readonly SeenPoints[],
	sizes: readonly ViewSize[],
	isDropped: Uint8Array, // [claims]
	lostSide: 1 | 2,
): Map<number, Set<number>> {
	const count = views[0].cells.length;
	const carves = (view: SeenPoints, k: number): boolean =>
		view.carvers[k] >= 0 && isDropped[view.carvers[k]] === 0;
	const isCarved = new Uint8Array(count);
	for (const view of views)
		for (let k = 0; k < count; k++) if (carves(view, k)) isCarved[k] = 1;
	const lost = new Map<number, Set<number>>();
	let before = 0;
	for (const [v, { cells }] of views.entries()) {
		const { width, height } = sizes[v];
		const isBare = new Uint8Array(width * height);
		for (let k = 0; k < count; k++) if (cells[k] >= 0) isBare[cells[k]] = 1;
		for (let k = 0; k < count; k++)
			if (cells[k] >= 0 && isCarved[k] === 0) isBare[cells[k]] = 0;
		const isLost = lostSide === 1 ? isBare : inBlocks(isBare, width);
		for (let k = 0; k < count; k++) {
			if (cells[k] < 0 || isLost[cells[k]] === 0) continue;
			for (const view of views) {
				if (!carves(view, k)) continue;
				const claim = view.carvers[k];
				const set = lost.get(claim) ?? new Set<number>();
				lost.set(claim, set.add(before + cells[k]));
			}
		}
		before += width * height;
	}
	return lost;
}

/** The cells that belong to a square of two by two: a single row at a rim is a matter of the grid. */
function inBlocks(isSet: Uint8Array, width: number): Uint8Array {
	const out = new Uint8Array(isSet.length);
	for (let at = 0; at + width + 1 < isSet.length; at++) {
		const block = [at, at + 1, at + width, at + width + 1];
		if (block.every((cell) => isSet[cell] === 1))
			for (const cell of block) out[cell] = 1;
	}
	return out;
}
