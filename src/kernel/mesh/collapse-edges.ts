import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import { buildEdges, buildOpposites } from "./adjacency.ts";
import {
	type BucketQueue,
	bucketOf,
	createBucketQueue,
	popBucket,
	pushBucket,
} from "./bucket-queue.ts";
import {
	adoptCollapse,
	createCollapseGuard,
	isCollapseClear,
} from "./collapse-guard.ts";
import { compact } from "./compact.ts";
import {
	addPlane,
	addPoint,
	minimizePair,
	pairError,
	QUADRIC_SIZE,
} from "./quadric.ts";

/**
 * Pull of every vertex towards where it was, relative to the pull of its planes. Keeps triangles
 * even where the surface is flat and every place on it is as good.
 */
const POINT_WEIGHT = 1e-5;
/** Pull of an open rim towards its line, relative to the squared length of its edges. */
const RIM_WEIGHT = 10;
/** A triangle may turn by at most acos(0.2) = 78° in one collapse. */
const MIN_TURN_COSINE = 0.2;
/** Area over summed squared edges, below which a triangle counts as a sliver; 0.144 is the best. */
const MIN_SHAPE = 0.01;

/**
 * Half-edge mesh that shrinks in place. Half-edge h = 3 · triangle + k, as in `adjacency.ts`.
 * `out[v]` is a half-edge that leaves v; on a rim the one from which turning counter-clockwise
 * meets all triangles of v.
 */
interface State {
	readonly corners: Uint32Array; // [triangleCount × 3] vertex
	readonly opposite: Int32Array; // [triangleCount × 3] half-edge, −1 on a rim
	readonly removed: Uint8Array; // [triangleCount]
	readonly out: Int32Array; // [vertexCount]
	readonly onRim: Uint8Array; // [vertexCount]
	readonly positions: Float32Array; // [vertexCount × 3]
	readonly quadrics: Float64Array; // [vertexCount × 10]
	/** Collapses that went into a vertex: an edge whose ends count more than when it was priced is stale. */
	readonly merged: Uint32Array; // [vertexCount]
	readonly mark: Uint32Array; // [vertexCount]
	markStamp: number;
	readonly edgeOfHalf: Uint32Array; // [triangleCount × 3]
	readonly halfOfEdge: Int32Array; // [edgeCount] −1 once gone
	readonly pricedAt: Uint32Array; // [edgeCount]
	readonly parked: Uint8Array; // [edgeCount] 1 when refused and out of the queue
	readonly queue: BucketQueue;
	readonly place: Float64Array; // [3] where the edge priced last would go
}

export interface CollapseOptions {
	/**
	 * Refuses every collapse after which triangles would cross that did not before. About five
	 * times the work. Default false.
	 */
	readonly withoutCrossings?: boolean;
}

/**
 * Collapses edges, cheapest first, until `targetTriangleCount` is reached or no edge can go.
 *
 * The mesh must be manifold, with or without rims; the result is manifold with the same genus,
 * components and number of rims: an edge collapses only if its ends share no neighbour besides
 * the tips of its triangles (link condition; Dey et al., "Topology preserving edge contraction",
 * 1999), no triangle turns over and none becomes a sliver. Errors are quadrics that add up.
 *
 * Sums of quadrics only grow, so the price of an edge never falls: prices are renewed when an
 * edge comes first, not when its surroundings change. The order is the same, with a third of the
 * work.
 */
export function collapseEdges(
	mesh: Mesh,
	targetTriangleCount: number,
	checkpoint?: Checkpoint,
	{ withoutCrossings = false }: CollapseOptions = {},
): Mesh {
	const s = createState(mesh);
	const guard = withoutCrossings ? createCollapseGuard(mesh) : undefined;
	const { queue, halfOfEdge, corners, merged, pricedAt, parked } = s;
	const before = mesh.indices.length / 3;
	let left = before;
	let turns = 0;
	while (left > targetTriangleCount) {
		if (checkpoint && (++turns & 0x3fff) === 0)
			checkpoint((before - left) / (before - targetTriangleCount));
		const edge = popBucket(queue);
		if (edge < 0) break;
		const h = halfOfEdge[edge];
		if (h < 0) continue;
		const a = corners[h];
		const b = corners[next(h)];
		const cost = priceEdge(s, a, b);
		const age = merged[a] + merged[b];
		if (pricedAt[edge] !== age) {
			pricedAt[edge] = age;
			const bucket = bucketOf(cost);
			if (bucket > queue.lowest) {
				pushBucket(queue, bucket, edge);
				continue;
			}
		}
		if (
			isTopologySafe(s, h) &&
			isShapeSafe(s, h) &&
			(guard === undefined || isCollapseClear(guard, s, h))
		) {
			if (guard) adoptCollapse(guard, s, h);
			left -= s.opposite[h] < 0 ? 1 : 2;
			collapse(s, h);
			unpark(s, a);
		} else parked[edge] = 1;
	}
	return gather(s, left);
}

function next(h: number): number {
	return h % 3 === 2 ? h - 2 : h + 1;
}

function previous(h: number): number {
	return h % 3 === 0 ? h + 2 : h - 1;
}

function createState(mesh: Mesh): State {
	const vertexCount = mesh.positions.length / 3;
	const corners = mesh.indices.slice();
	const edges = buildEdges(corners, vertexCount);
	const opposite = buildOpposites(corners, edges);
	const out = new Int32Array(vertexCount).fill(-1);
	const onRim = new Uint8Array(vertexCount);
	for (let h = 0; h < corners.length; h++) {
		const v = corners[h];
		if (opposite[h] < 0) {
			if (onRim[v] === 1 && out[v] >= 0 && opposite[out[v]] < 0)
				throw new RangeError(
					`vertex ${v} joins several fans of triangles: make the mesh manifold first`,
				);
			out[v] = h;
			onRim[v] = 1;
			onRim[corners[next(h)]] = 1;
		} else if (out[v] < 0) out[v] = h;
	}
	const halfOfEdge = new Int32Array(edges.edgeCount);
	for (let e = 0; e < edges.edgeCount; e++)
		halfOfEdge[e] = edges.halves[edges.start[e]];
	const state: State = {
		corners,
		opposite,
		removed: new Uint8Array(corners.length / 3),
		out,
		onRim,
		positions: mesh.positions.slice(),
		quadrics: new Float64Array(vertexCount * QUADRIC_SIZE),
		merged: new Uint32Array(vertexCount),
		mark: new Uint32Array(vertexCount),
		markStamp: 0,
		edgeOfHalf: edges.edgeOfHalf,
		halfOfEdge,
		pricedAt: new Uint32Array(edges.edgeCount),
		parked: new Uint8Array(edges.edgeCount),
		queue: createBucketQueue(edges.edgeCount),
		place: new Float64Array(3),
	};
	fillQuadrics(state);
	// Backwards: the last in is the first out.
	for (let e = edges.edgeCount - 1; e >= 0; e--) {
		const h = halfOfEdge[e];
		const cost = priceEdge(state, corners[h], corners[next(h)]);
		pushBucket(state.queue, bucketOf(cost), e);
	}
	return state;
}

function fillQuadrics(s: State): void {
	const { corners, opposite, positions: p, quadrics: q } = s;
	for (let h = 0; h < corners.length; h += 3) {
		const a = corners[h] * 3;
		const b = corners[h + 1] * 3;
		const c = corners[h + 2] * 3;
		const ux = p[b] - p[a];
		const uy = p[b + 1] - p[a + 1];
		const uz = p[b + 2] - p[a + 2];
		const vx = p[c] - p[a];
		const vy = p[c + 1] - p[a + 1];
		const vz = p[c + 2] - p[a + 2];
		let nx = uy * vz - uz * vy;
		let ny = uz * vx - ux * vz;
		let nz = ux * vy - uy * vx;
		const length = Math.sqrt(nx * nx + ny * ny + nz * nz);
		if (!(length > 0)) continue;
		nx /= length;
		ny /= length;
		nz /= length;
		const weight = length / 6; // a third of the area for each corner
		for (let k = 0; k < 3; k++) {
			const v = corners[h + k];
			const o = v * QUADRIC_SIZE;
			const d = -(nx * p[a] + ny * p[a + 1] + nz * p[a + 2]);
			addPlane(q, o, nx, ny, nz, d, weight);
			addPoint(
				q,
				o,
				p[v * 3],
				p[v * 3 + 1],
				p[v * 3 + 2],
				POINT_WEIGHT * weight,
			);
			if (opposite[h + k] < 0) addRim(s, v, corners[next(h + k)], nx, ny, nz);
		}
	}
}

/** The plane through a rim edge, upright on its triangle with unit normal (nx, ny, nz). */
function addRim(
	s: State,
	a: number,
	b: number,
	nx: number,
	ny: number,
	nz: number,
): void {
	const { positions: p, quadrics: q } = s;
	const ex = p[b * 3] - p[a * 3];
	const ey = p[b * 3 + 1] - p[a * 3 + 1];
	const ez = p[b * 3 + 2] - p[a * 3 + 2];
	const length = Math.sqrt(ex * ex + ey * ey + ez * ez);
	if (!(length > 0)) return;
	const mx = (ey * nz - ez * ny) / length;
	const my = (ez * nx - ex * nz) / length;
	const mz = (ex * ny - ey * nx) / length;
	const d = -(mx * p[a * 3] + my * p[a * 3 + 1] + mz * p[a * 3 + 2]);
	const weight = RIM_WEIGHT * length * length;
	addPlane(q, a * QUADRIC_SIZE, mx, my, mz, d, weight);
	addPlane(q, b * QUADRIC_SIZE, mx, my, mz, d, weight);
}

/** The error of merging two vertices; leaves the best place, rounded as stored, in `place`. */
function priceEdge(s: State, a: number, b: number): number {
	const { positions: p, quadrics: q, place } = s;
	const qa = a * QUADRIC_SIZE;
	const qb = b * QUADRIC_SIZE;
	const ax = p[a * 3];
	const ay = p[a * 3 + 1];
	const az = p[a * 3 + 2];
	const bx = p[b * 3];
	const by = p[b * 3 + 1];
	const bz = p[b * 3 + 2];
	const mx = (ax + bx) / 2;
	const my = (ay + by) / 2;
	const mz = (az + bz) / 2;
	if (minimizePair(q, qa, qb, place)) {
		const x = place[0] - mx;
		const y = place[1] - my;
		const z = place[2] - mz;
		const reach =
			(ax - bx) * (ax - bx) + (ay - by) * (ay - by) + (az - bz) * (az - bz);
		if (x * x + y * y + z * z <= 4 * reach) {
			place[0] = Math.fround(place[0]);
			place[1] = Math.fround(place[1]);
			place[2] = Math.fround(place[2]);
			return pairError(q, qa, qb, place[0], place[1], place[2]);
		}
	}
	const atA = pairError(q, qa, qb, ax, ay, az);
	const atB = pairError(q, qa, qb, bx, by, bz);
	const atM = pairError(q, qa, qb, mx, my, mz);
	if (atM <= atA && atM <= atB) {
		place[0] = Math.fround(mx);
		place[1] = Math.fround(my);
		place[2] = Math.fround(mz);
		return atM;
	}
	place[0] = atA <= atB ? ax : bx;
	place[1] = atA <= atB ? ay : by;
	place[2] = atA <= atB ? az : bz;
	return atA <= atB ? atA : atB;
}

/** Whether the surface stays manifold, of the same kind, when the edge of h collapses. */
function isTopologySafe(s: State, h: number): boolean {
	const { corners, opposite, onRim, out, mark } = s;
	const g = opposite[h];
	const a = corners[h];
	const b = corners[next(h)];
	if (g >= 0 && onRim[a] === 1 && onRim[b] === 1) return false;
	if (!hasSpareNeighbour(s, corners[previous(h)])) return false;
	if (g >= 0 && !hasSpareNeighbour(s, corners[previous(g)])) return false;

	// Neighbours the two ends have in common: only the tips of the triangles at the edge.
	const stamp = ++s.markStamp;
	const firstA = out[a];
	let half = firstA;
	do {
		mark[corners[next(half)]] = stamp;
		const last = previous(half);
		mark[corners[last]] = stamp;
		half = opposite[last];
	} while (half >= 0 && half !== firstA);
	let common = 0;
	const firstB = out[b];
	half = firstB;
	let last = half;
	do {
		if (mark[corners[next(half)]] === stamp) common++;
		last = previous(half);
		half = opposite[last];
	} while (half >= 0 && half !== firstB);
	if (half < 0 && mark[corners[last]] === stamp) common++;
	return common === (g >= 0 ? 2 : 1);
}

/** A tip loses one neighbour: inside the surface it needs 3 after that, on a rim 2. */
function hasSpareNeighbour(s: State, v: number): boolean {
	const { opposite, out } = s;
	const first = out[v];
	let half = first;
	let triangles = 0;
	do {
		triangles++;
		if (triangles > 3) return true;
		half = opposite[previous(half)];
	} while (half >= 0 && half !== first);
	return half < 0 ? triangles > 1 : triangles > 3;
}

/** Whether all triangles around the edge keep their side and a shape when it moves to `place`. */
function isShapeSafe(s: State, h: number): boolean {
	const g = s.opposite[h];
	const skipT = Math.floor(h / 3);
	const skipU = g < 0 ? -1 : Math.floor(g / 3);
	return (
		isRingSafe(s, s.corners[h], skipT, skipU) &&
		isRingSafe(s, s.corners[next(h)], skipT, skipU)
	);
}

function isRingSafe(
	s: State,
	v: number,
	skipT: number,
	skipU: number,
): boolean {
	const { corners, opposite, positions: p, place } = s;
	const ox = p[v * 3];
	const oy = p[v * 3 + 1];
	const oz = p[v * 3 + 2];
	const first = s.out[v];
	let half = first;
	do {
		const last = previous(half);
		const t = (half / 3) | 0;
		if (t !== skipT && t !== skipU) {
			const b = corners[next(half)] * 3;
			const c = corners[last] * 3;
			const ex = p[c] - p[b];
			const ey = p[c + 1] - p[b + 1];
			const ez = p[c + 2] - p[b + 2];
			const ux = ox - p[b];
			const uy = oy - p[b + 1];
			const uz = oz - p[b + 2];
			const vx = place[0] - p[b];
			const vy = place[1] - p[b + 1];
			const vz = place[2] - p[b + 2];
			const mx = ey * uz - ez * uy;
			const my = ez * ux - ex * uz;
			const mz = ex * uy - ey * ux;
			const nx = ey * vz - ez * vy;
			const ny = ez * vx - ex * vz;
			const nz = ex * vy - ey * vx;
			const mm = mx * mx + my * my + mz * mz;
			const nn = nx * nx + ny * ny + nz * nz;
			const dot = mx * nx + my * ny + mz * nz;
			if (!(dot > 0) || dot * dot < MIN_TURN_COSINE * MIN_TURN_COSINE * mm * nn)
				return false;
			const ee = ex * ex + ey * ey + ez * ez;
			const newEdges =
				ee +
				(vx * vx + vy * vy + vz * vz) +
				((vx - ex) * (vx - ex) + (vy - ey) * (vy - ey) + (vz - ez) * (vz - ez));
			const limit = 2 * MIN_SHAPE * newEdges; // twice the area of a sliver
			if (nn < limit * limit) {
				// A sliver may pass where it was a worse one before.
				const oldEdges =
					ee +
					(ux * ux + uy * uy + uz * uz) +
					((ux - ex) * (ux - ex) +
						(uy - ey) * (uy - ey) +
						(uz - ez) * (uz - ez));
				if (nn * oldEdges * oldEdges <= mm * newEdges * newEdges) return false;
			}
		}
		half = opposite[last];
	} while (half >= 0 && half !== first);
	return true;
}

/** Merges the end of half-edge h into its start, at `place`. */
function collapse(s: State, h: number): void {
	const { corners, opposite, removed, out, onRim, place } = s;
	const { positions, quadrics, merged, halfOfEdge, edgeOfHalf } = s;
	const a = corners[h];
	const b = corners[next(h)];
	const g = opposite[h];
	const tipH = corners[previous(h)];
	const tipG = g < 0 ? -1 : corners[previous(g)];

	// (1) The corners at b become corners at a.
	const first = out[b];
	let half = first;
	do {
		corners[half] = a;
		half = opposite[previous(half)];
	} while (half >= 0 && half !== first);

	// (2) Take out the one or two triangles and sew up their other edges.
	halfOfEdge[edgeOfHalf[h]] = -1;
	const sewnH = sewUp(s, next(h), previous(h));
	removed[(h / 3) | 0] = 1;
	let sewnG = -1;
	if (g >= 0) {
		sewnG = sewUp(s, next(g), previous(g));
		removed[(g / 3) | 0] = 1;
	}

	// (3) The merged vertex.
	if (onRim[b]) onRim[a] = 1;
	positions[a * 3] = place[0];
	positions[a * 3 + 1] = place[1];
	positions[a * 3 + 2] = place[2];
	for (let k = 0; k < QUADRIC_SIZE; k++)
		quadrics[a * QUADRIC_SIZE + k] += quadrics[b * QUADRIC_SIZE + k];
	merged[a] += merged[b] + 1;
	out[b] = -1;

	// (4) A live half-edge for every vertex whose own may be gone. Sewn half-edges join a and a tip.
	setOut(s, a, corners[sewnH] === a ? sewnH : next(sewnH));
	setOut(s, tipH, corners[sewnH] === a ? next(sewnH) : sewnH);
	if (g >= 0) setOut(s, tipG, corners[sewnG] === a ? next(sewnG) : sewnG);
}

/** Makes the half-edges across two edges of a dying triangle opposites. Returns one that lives. */
function sewUp(s: State, inner: number, other: number): number {
	const { opposite, edgeOfHalf, halfOfEdge } = s;
	const x = opposite[inner];
	const y = opposite[other];
	const kept = edgeOfHalf[inner];
	halfOfEdge[edgeOfHalf[other]] = -1;
	if (x >= 0) {
		opposite[x] = y;
		edgeOfHalf[x] = kept;
	}
	if (y >= 0) {
		opposite[y] = x;
		edgeOfHalf[y] = kept;
	}
	const live = x >= 0 ? x : y;
	halfOfEdge[kept] = live;
	return live;
}

/** Sets `out[v]` to h, turned clockwise to the start of the fan where v is on a rim. */
function setOut(s: State, v: number, h: number): void {
	const { opposite, out } = s;
	let half = h;
	if (s.onRim[v])
		for (let g = opposite[half]; g >= 0; g = opposite[half]) half = next(g);
	out[v] = half;
}

/** Puts refused edges at and around v back into the queue: their surroundings have changed. */
function unpark(s: State, v: number): void {
	const { opposite } = s;
	const first = s.out[v];
	let half = first;
	do {
		const around = next(half);
		const last = previous(half);
		unparkEdge(s, half);
		unparkEdge(s, around);
		if (opposite[last] < 0) unparkEdge(s, last);
		half = opposite[last];
	} while (half >= 0 && half !== first);
}

function unparkEdge(s: State, h: number): void {
	const edge = s.edgeOfHalf[h];
	if (!s.parked[edge]) return;
	s.parked[edge] = 0;
	const a = s.corners[h];
	const b = s.corners[next(h)];
	s.pricedAt[edge] = s.merged[a] + s.merged[b];
	pushBucket(s.queue, bucketOf(priceEdge(s, a, b)), edge);
}

function gather(s: State, triangleCount: number): Mesh {
	const indices = new Uint32Array(triangleCount * 3);
	let used = 0;
	for (let t = 0; t < s.removed.length; t++) {
		if (s.removed[t]) continue;
		indices[used] = s.corners[t * 3];
		indices[used + 1] = s.corners[t * 3 + 1];
		indices[used + 2] = s.corners[t * 3 + 2];
		used += 3;
	}
	return compact({ positions: s.positions, indices });
}
