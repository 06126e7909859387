import type { Mesh } from "../../core/mesh.ts";
import { buildBvh, linkUpwards, MAX_DEPTH, type UpwardLinks } from "./bvh.ts";
import { boxesMeet, fitTriangleBox } from "./crossing-pairs.ts";
import { trianglesCross } from "./triangles-cross.ts";

/** More triangles than this about one edge are not tested: the collapse is refused. */
const MOST_AROUND = 128;

/**
 * Knows where all triangles of a shrinking mesh are, to tell whether a collapse would make some
 * cross. The tree keeps its shape; boxes only grow.
 */
export interface CollapseGuard extends UpwardLinks {
	readonly bounds: Float32Array; // [nodeCount × 6]
	readonly child: Uint32Array; // [nodeCount]
	readonly start: Uint32Array; // [nodeCount]
	readonly end: Uint32Array; // [nodeCount]
	readonly slotOf: Uint32Array; // [triangleCount]
	// The last MOST_AROUND slots hold the triangles as they would be after a collapse.
	readonly corners: Float32Array; // [(triangleCount + MOST_AROUND) × 9]
	readonly vertexOf: Uint32Array; // [(triangleCount + MOST_AROUND) × 3]
	readonly boxes: Float32Array; // [(triangleCount + MOST_AROUND) × 6]
	readonly gone: Uint8Array; // [triangleCount] by slot
	readonly around: Uint32Array; // [MOST_AROUND] slots that a collapse would change
	aroundCount: number;
	readonly mark: Uint32Array; // [triangleCount] by slot
	markStamp: number;
}

/** The part of the half-edge mesh that the guard reads. */
export interface CollapseSite {
	readonly corners: Uint32Array; // [triangleCount × 3] vertex
	readonly opposite: Int32Array; // [triangleCount × 3] half-edge, −1 on a rim
	readonly out: Int32Array; // [vertexCount]
	readonly positions: Float32Array; // [vertexCount × 3]
	readonly place: Float64Array; // [3] where the merged vertex would go
}

export function createCollapseGuard(mesh: Mesh): CollapseGuard {
	const bvh = buildBvh(mesh);
	const { child, start, end, order } = bvh;
	const count = order.length;
	const slotOf = new Uint32Array(count);
	const corners = new Float32Array((count + MOST_AROUND) * 9);
	corners.set(bvh.corners);
	const vertexOf = new Uint32Array((count + MOST_AROUND) * 3);
	const boxes = new Float32Array((count + MOST_AROUND) * 6);
	for (let s = 0; s < count; s++) {
		slotOf[order[s]] = s;
		for (let k = 0; k < 3; k++)
			vertexOf[s * 3 + k] = mesh.indices[order[s] * 3 + k];
		fitTriangleBox(boxes, corners, s);
	}
	return {
		bounds: bvh.bounds,
		child,
		start,
		end,
		...linkUpwards(bvh),
		slotOf,
		corners,
		vertexOf,
		boxes,
		gone: new Uint8Array(count),
		around: new Uint32Array(MOST_AROUND),
		aroundCount: 0,
		mark: new Uint32Array(count),
		markStamp: 0,
	};
}

/** Whether no triangles would cross if half-edge h collapsed to `place`. */
export function isCollapseClear(
	guard: CollapseGuard,
	site: CollapseSite,
	h: number,
): boolean {
	const { corners, vertexOf, boxes, mark, gone } = guard;
	const count = gone.length;
	// (1) The triangles around the edge as they would be, in the spare slots.
	const stamp = ++guard.markStamp;
	guard.aroundCount = 0;
	const a = site.corners[h];
	const b = site.corners[next(h)];
	const g = site.opposite[h];
	mark[guard.slotOf[(h / 3) | 0]] = stamp;
	if (g >= 0) mark[guard.slotOf[(g / 3) | 0]] = stamp;
	if (!gatherRing(guard, site, a, a, stamp)) return false;
	if (!gatherRing(guard, site, b, a, stamp)) return false;
	const around = guard.aroundCount;
	let minX = Infinity;
	let minY = Infinity;
	let minZ = Infinity;
	let maxX = -Infinity;
	let maxY = -Infinity;
	let maxZ = -Infinity;
	for (let n = count; n < count + around; n++) {
		fitTriangleBox(boxes, corners, n);
		const o = n * 6;
		if (boxes[o] < minX) minX = boxes[o];
		if (boxes[o + 1] < minY) minY = boxes[o + 1];
		if (boxes[o + 2] < minZ) minZ = boxes[o + 2];
		if (boxes[o + 3] > maxX) maxX = boxes[o + 3];
		if (boxes[o + 4] > maxY) maxY = boxes[o + 4];
		if (boxes[o + 5] > maxZ) maxZ = boxes[o + 5];
	}
	// (2) Among themselves.
	for (let n = count; n < count + around; n++)
		for (let m = n + 1; m < count + around; m++)
			if (trianglesCross(corners, vertexOf, n, m)) return false;
	// (3) Against all others near them.
	const { bounds, child, start, end } = guard;
	const stack = STACK;
	let depth = 1;
	stack[0] = 0;
	while (depth > 0) {
		const node = stack[--depth];
		const o = node * 6;
		if (
			bounds[o] > maxX ||
			bounds[o + 1] > maxY ||
			bounds[o + 2] > maxZ ||
			bounds[o + 3] < minX ||
			bounds[o + 4] < minY ||
			bounds[o + 5] < minZ
		)
			continue;
		if (child[node] !== 0) {
			stack[depth++] = child[node] + 1;
			stack[depth++] = child[node];
			continue;
		}
		for (let s = start[node]; s < end[node]; s++) {
			if (gone[s] === 1 || mark[s] === stamp) continue;
			for (let n = count; n < count + around; n++)
				if (boxesMeet(boxes, s, n) && trianglesCross(corners, vertexOf, s, n))
					return false;
		}
	}
	return true;
}

const STACK = new Uint32Array(MAX_DEPTH);

/** Adopts the collapse of half-edge h that was just found clear. Call it before the mesh changes. */
export function adoptCollapse(
	guard: CollapseGuard,
	site: CollapseSite,
	h: number,
): void {
	const { corners, vertexOf, boxes, bounds, parent, leafOf } = guard;
	const count = guard.gone.length;
	const g = site.opposite[h];
	guard.gone[guard.slotOf[(h / 3) | 0]] = 1;
	if (g >= 0) guard.gone[guard.slotOf[(g / 3) | 0]] = 1;
	for (let n = 0; n < guard.aroundCount; n++) {
		const s = guard.around[n];
		const from = count + n;
		corners.copyWithin(s * 9, from * 9, from * 9 + 9);
		vertexOf.copyWithin(s * 3, from * 3, from * 3 + 3);
		boxes.copyWithin(s * 6, from * 6, from * 6 + 6);
		let node = leafOf[s];
		while (node >= 0 && growBox(bounds, node * 6, boxes, s * 6))
			node = parent[node];
	}
}

/** Puts the triangles of `v` into the spare slots with `v` become `merged` at `place`. */
function gatherRing(
	guard: CollapseGuard,
	site: CollapseSite,
	v: number,
	merged: number,
	stamp: number,
): boolean {
	const { corners, vertexOf, mark, around, slotOf } = guard;
	const { positions, place } = site;
	const first = site.out[v];
	let half = first;
	do {
		const last = previous(half);
		const s = slotOf[(half / 3) | 0];
		if (mark[s] !== stamp) {
			mark[s] = stamp;
			if (guard.aroundCount === MOST_AROUND) return false;
			around[guard.aroundCount] = s;
			const n = guard.gone.length + guard.aroundCount++;
			const p = site.corners[next(half)];
			const q = site.corners[last];
			vertexOf[n * 3] = merged;
			vertexOf[n * 3 + 1] = p;
			vertexOf[n * 3 + 2] = q;
			for (let k = 0; k < 3; k++) {
				corners[n * 9 + k] = place[k];
				corners[n * 9 + 3 + k] = positions[p * 3 + k];
				corners[n * 9 + 6 + k] = positions[q * 3 + k];
			}
		}
		half = site.opposite[last];
	} while (half >= 0 && half !== first);
	return true;
}

/** Grows one box to hold another; false where it did already. */
function growBox(
	box: Float32Array,
	at: number,
	other: Float32Array,
	from: number,
): boolean {
	let grown = false;
	for (let k = 0; k < 3; k++) {
		if (other[from + k] < box[at + k]) {
			box[at + k] = other[from + k];
			grown = true;
		}
		if (other[from + 3 + k] > box[at + 3 + k]) {
			box[at + 3 + k] = other[from + 3 + k];
			grown = true;
		}
	}
	return grown;
}

function next(h: number): number {
	return h % 3 === 2 ? h - 2 : h + 1;
}

function previous(h: number): number {
	return h % 3 === 0 ? h + 2 : h - 1;
}
