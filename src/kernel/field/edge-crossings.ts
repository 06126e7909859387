/**
 * The grid edges that the surface crosses, each with one vertex: a hash table from edge to vertex,
 * and the bracket in which the crossing lies.
 *
 * Two earlier ways cost more: whole slices of vertex indices (memory grows with the grid's face
 * although few of its edges are crossed) and a JavaScript Map (about 8 times slower).
 */
export interface EdgeCrossings {
	count: number;
	edges: Uint32Array; // [capacity] point index × 3 + axis, in order of first use
	low: Float32Array; // [capacity] field at the low end
	high: Float32Array; // [capacity] field at the high end
	slots: Int32Array; // [power of two] crossing + 1, or 0
}

export function createEdgeCrossings(): EdgeCrossings {
	return {
		count: 0,
		edges: new Uint32Array(1 << 14),
		low: new Float32Array(1 << 14),
		high: new Float32Array(1 << 14),
		slots: new Int32Array(1 << 15),
	};
}

/** The vertex on an edge, made on first sight. */
export function crossingOf(
	crossings: EdgeCrossings,
	edge: number,
	low: number,
	high: number,
): number {
	let slots = crossings.slots;
	let slot = hashEdge(edge) & (slots.length - 1);
	while (slots[slot] !== 0) {
		if (crossings.edges[slots[slot] - 1] === edge) return slots[slot] - 1;
		slot = (slot + 1) & (slots.length - 1);
	}
	if (crossings.count === crossings.edges.length) {
		grow(crossings);
		slots = crossings.slots;
		slot = hashEdge(edge) & (slots.length - 1);
		while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
	}
	const index = crossings.count++;
	crossings.edges[index] = edge;
	crossings.low[index] = low;
	crossings.high[index] = high;
	slots[slot] = index + 1;
	return index;
}

function hashEdge(edge: number): number {
	const h = Math.imul(edge, 0x9e3779b1);
	return (h ^ (h >>> 15)) >>> 0;
}

/** Doubles everything; the table stays at most half full. */
function grow(crossings: EdgeCrossings): void {
	const capacity = crossings.edges.length * 2;
	const { edges, low, high } = crossings;
	crossings.edges = new Uint32Array(capacity);
	crossings.edges.set(edges);
	crossings.low = new Float32Array(capacity);
	crossings.low.set(low);
	crossings.high = new Float32Array(capacity);
	crossings.high.set(high);
	const slots = new Int32Array(capacity * 2);
	for (let index = 0; index < crossings.count; index++) {
		let slot = hashEdge(edges[index]) & (slots.length - 1);
		while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
		slots[slot] = index + 1;
	}
	crossings.slots = slots;
}
