/** Disjoint sets over 0 … count − 1; the smallest member of a set is its root. */
export function createSets(count: number): Uint32Array /* [count] parent */ {
	const parent = new Uint32Array(count);
	for (let i = 0; i < count; i++) parent[i] = i;
	return parent;
}

/** The root of the set of `member`. Halves the path on the way. */
export function findRoot(parent: Uint32Array, member: number): number {
	let m = member;
	while (parent[m] !== m) {
		parent[m] = parent[parent[m]];
		m = parent[m];
	}
	return m;
}

/** Makes the sets of `a` and `b` one. */
export function unite(parent: Uint32Array, a: number, b: number): void {
	const ra = findRoot(parent, a);
	const rb = findRoot(parent, b);
	if (ra < rb) parent[rb] = ra;
	else parent[ra] = rb;
}

/**
 * Joins the corners of two triangles at both ends of the edge they share, given as half-edges.
 * After all shared edges are joined, the sets over corners are the fans around the vertices.
 */
export function uniteAlongEdge(
	parent: Uint32Array, // [triangleCount × 3] sets over corners
	indices: Uint32Array, // [triangleCount × 3]
	h: number,
	g: number,
): void {
	const hNext = h % 3 === 2 ? h - 2 : h + 1;
	const gNext = g % 3 === 2 ? g - 2 : g + 1;
	if (indices[h] === indices[g]) {
		unite(parent, h, g);
		unite(parent, hNext, gNext);
	} else {
		unite(parent, h, gNext);
		unite(parent, hNext, g);
	}
}
