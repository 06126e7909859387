import { sharedBytes } from "../../core/parallel.ts";

/**
 * A sum of squared distances of vertices to planes, as a quadratic form: per vertex a symmetric
 * 3 × 3 block of second derivatives and a gradient (both halved) at the present positions.
 */
export interface PlaneTerms {
	readonly blocks: Float64Array; // [vertexCount × 6] xx xy xz yy yz zz
	readonly gradient: Float64Array; // [vertexCount × 3]
}

/** No planes yet; in memory that other threads see. */
export function createPlaneTerms(vertexCount: number): PlaneTerms {
	return {
		blocks: new Float64Array(sharedBytes(vertexCount * 6 * 8)),
		gradient: new Float64Array(sharedBytes(vertexCount * 3 * 8)),
	};
}

/** Empties the sums of the vertices from `from` to before `to`. */
export function clearPlaneTerms(
	{ blocks, gradient }: PlaneTerms,
	from = 0,
	to: number = blocks.length / 6,
): void {
	blocks.fill(0, from * 6, to * 6);
	gradient.fill(0, from * 3, to * 3);
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

/** Planes one after the other: each with its vertex, normal, distance and weight. */
export interface PlaneList {
	readonly count: number;
	readonly numbers: Float64Array; // [count × PLANE_NUMBERS] and more
}

const PLANE_NUMBERS = 6;

/** A list that grows. */
export interface PlaneCollector extends PlaneList {
	/** Takes what `addPlane` does. */
	push(
		vertex: number,
		nx: number,
		ny: number,
		nz: number,
		distance: number,
		weight: number,
	): void;
}

/** For planes that are found in one thread and added in another. */
export function createPlaneList(): PlaneCollector {
	let numbers = new Float64Array(256 * PLANE_NUMBERS);
	let end = 0;
	return {
		get count() {
			return end / PLANE_NUMBERS;
		},
		get numbers() {
			return numbers;
		},
		push(vertex, nx, ny, nz, distance, weight) {
			if (end === numbers.length) {
				const longer = new Float64Array(2 * end);
				longer.set(numbers);
				numbers = longer;
			}
			numbers[end] = vertex;
			numbers[end + 1] = nx;
			numbers[end + 2] = ny;
			numbers[end + 3] = nz;
			numbers[end + 4] = distance;
			numbers[end + 5] = weight;
			end += PLANE_NUMBERS;
		},
	};
}

/** Adds the planes of a list, in its order. */
export function addPlanes(
	terms: PlaneTerms,
	{ count, numbers }: PlaneList,
): void {
	for (let n = 0; n < count * PLANE_NUMBERS; n += PLANE_NUMBERS)
		addPlane(
			terms,
			numbers[n],
			numbers[n + 1],
			numbers[n + 2],
			numbers[n + 3],
			numbers[n + 4],
			numbers[n + 5],
		);
}
