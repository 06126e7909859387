/**
 * The triangle across each edge: entry 3t + k is the one that shares the edge from corner k to
 * corner k + 1 of triangle t, walked the other way; −1 where there is none. Where more than two
 * triangles meet, each is matched once, in order.
 */
export function triangleNeighbours(
	indices: Uint32Array, // [triangleCount × 3]
	vertexCount: number,
): Int32Array /* [triangleCount × 3] */ {
	const count = indices.length;
	// (1) Group half-edges by the vertex they leave.
	const start = new Uint32Array(vertexCount + 1);
	for (let h = 0; h < count; h++) start[indices[h] + 1]++;
	for (let v = 0; v < vertexCount; v++) start[v + 1] += start[v];
	const cursor = start.slice(0, vertexCount);
	const leaving = new Uint32Array(count);
	for (let h = 0; h < count; h++) leaving[cursor[indices[h]]++] = h;
	// (2) Match a → b with the first free b → a.
	const twin = new Int32Array(count).fill(-1);
	for (let h = 0; h < count; h++) {
		if (twin[h] >= 0) continue;
		const a = indices[h];
		const b = indices[h % 3 === 2 ? h - 2 : h + 1];
		if (a === b) continue;
		for (let i = start[b]; i < start[b + 1]; i++) {
			const other = leaving[i];
			if (twin[other] >= 0) continue;
			if (indices[other % 3 === 2 ? other - 2 : other + 1] !== a) continue;
			if (((other / 3) | 0) === ((h / 3) | 0)) continue;
			twin[h] = other;
			twin[other] = h;
			break;
		}
	}
	for (let h = 0; h < count; h++) if (twin[h] >= 0) twin[h] = (twin[h] / 3) | 0;
	return twin;
}
