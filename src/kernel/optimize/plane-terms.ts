/**
 * A sum of squared distances of vertices to planes, as a quadratic form: per vertex a symmetric
 * 3 × 3 block of second derivatives and a gradient (both halved) at the present positions.
 */
export interface PlaneTerms {
	readonly blocks: Float64Array; // [vertexCount × 6] xx xy xz yy yz zz
	readonly gradient: Float64Array; // [vertexCount × 3]
}

export function createPlaneTerms(vertexCount: number): PlaneTerms {
	return {
		blocks: new Float64Array(vertexCount * 6),
		gradient: new Float64Array(vertexCount * 3),
	};
}

/** Empties the sum. */
export function clearPlaneTerms(terms: PlaneTerms): void {
	terms.blocks.fill(0);
	terms.gradient.fill(0);
}

/** Adds weight × (distance of the vertex to a plane)²; the normal is unit, `distance` the present value. */
export function addPlane(
	{ blocks, gradient }: PlaneTerms,
	vertex: number,
	nx: number,
	ny: number,
	nz: number,
	distance: number,
	weight: number,
): void {
	const b = vertex * 6;
	const g = vertex * 3;
	const wx = weight * nx;
	const wy = weight * ny;
	const wz = weight * nz;
	blocks[b] += wx * nx;
	blocks[b + 1] += wx * ny;
	blocks[b + 2] += wx * nz;
	blocks[b + 3] += wy * ny;
	blocks[b + 4] += wy * nz;
	blocks[b + 5] += wz * nz;
	gradient[g] += wx * distance;
	gradient[g + 1] += wy * distance;
	gradient[g + 2] += wz * distance;
}
