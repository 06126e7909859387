import { sharedBytes } from "../../core/parallel.ts";
import type { SilhouetteCone } from "../field/hull-field.ts";
import { projectionMatrix } from "../math/camera.ts";
import {
	createPlaneList,
	type PlaneCollector,
	type PlaneList,
} from "./plane-terms.ts";

export interface SilhouetteTermOptions {
	/** Weight that holds vertices inside every silhouette. */
	readonly insideWeight: number;
	/** Weight that pulls the rim onto the outline, per pixel of outline. */
	readonly rimWeight: number;
	/** How far inside the outline a vertex may be and still be taken for its rim, pixels. */
	readonly rimReach: number;
}

/** One view's outline cut into bins, each of which remembers how hard it has been pulling, whichever thread asks. */
export interface OutlineBins {
	readonly projection: Float64Array; // [12]
	readonly cone: SilhouetteCone;
	readonly size: number; // side of a bin, map pixels
	readonly columns: number;
	readonly multiplier: Float32Array; // [bins] world units
	readonly vertex: Int32Array; // [bins] rim vertex, −1 for none
	readonly value: Float32Array; // [bins] its signed distance, map pixels
	readonly used: Int32Array; // [bins] bins with a vertex
	/** The most that the distance map comes to in each tile of it, mask pixels. */
	readonly most: Float32Array; // [tileRows × tileColumns]
	readonly tileColumns: number;
}

/** Side of a tile, map pixels: a power of two. */
const TILE_SHIFT = 3;

/** `binSize`: side in pixels of the pieces of outline that have one rim vertex each. */
export function createOutlineBins(
	cone: SilhouetteCone,
	binSize: number,
): OutlineBins {
	const { columns, rows, step } = cone.silhouette;
	const size = Math.max(1, binSize / step);
	const across = Math.ceil(columns / size) + 1;
	// Four directions a bin: both sides of a thin part stay apart.
	const bins = across * (Math.ceil(rows / size) + 1) * 4;
	return {
		projection: projectionMatrix(cone.camera),
		cone,
		size,
		columns: across,
		multiplier: new Float32Array(sharedBytes(bins * 4)),
		vertex: new Int32Array(sharedBytes(bins * 4)).fill(-1),
		value: new Float32Array(sharedBytes(bins * 4)),
		used: new Int32Array(sharedBytes(bins * 4)),
		...tileMaxima(cone.silhouette),
	};
}

/** A tile's most, over all that is interpolated between in it: one row and column more. */
function tileMaxima({
	columns,
	rows,
	data,
}: SilhouetteCone["silhouette"]): Pick<OutlineBins, "most" | "tileColumns"> {
	const tileColumns = (columns >> TILE_SHIFT) + 1;
	const tileRows = (rows >> TILE_SHIFT) + 1;
	const most = new Float32Array(sharedBytes(tileColumns * tileRows * 4)).fill(
		Number.NEGATIVE_INFINITY,
	);
	for (let j = 0; j < rows; j++)
		for (let i = 0; i < columns; i++) {
			const value = data[j * columns + i];
			const right = i >> TILE_SHIFT;
			const left = i > 0 ? (i - 1) >> TILE_SHIFT : 0;
			const low = j >> TILE_SHIFT;
			const high = j > 0 ? (j - 1) >> TILE_SHIFT : 0;
			for (let y = high; y <= low; y++)
				for (let x = left; x <= right; x++)
					if (value > most[y * tileColumns + x])
						most[y * tileColumns + x] = value;
		}
	return { most, tileColumns };
}

/** Multipliers: forgetting, learning, and their range in world units (object size 1). */
const FORGET = 0.98;
const LEARN = 0.5;
const LEAST = -0.02;
const MOST = 0.2;
/** Cosine between a rim vertex's normal and its cone's. */
const RIM_COSINE = 0.5;
/** Where the distance map is flatter than this there is no nearest outline. */
const FLAT = 0.3;

/**
 * What one silhouette says about the vertices, as planes that they are drawn to.
 *
 * Inside: a vertex outside the silhouette is drawn to the cone's tangent plane. Rim: of the
 * vertices nearest to one piece of outline the outermost one is drawn onto it, softly, with a
 * multiplier that grows while a gap stays (augmented Lagrangian). On the hull whole strips touch a
 * cone: a stiff rim would freeze it.
 */
export function silhouettePlanes(
	positions: Float64Array, // [vertexCount × 3]
	normals: Float64Array, // [vertexCount × 3]
	bins: OutlineBins,
	{ insideWeight, rimWeight, rimReach }: SilhouetteTermOptions,
): PlaneList {
	const planes = createPlaneList();
	const { projection: p, cone, size, vertex, value, used } = bins;
	const { most, tileColumns } = bins;
	const { columns, rows, data, step } = cone.silhouette;
	const reach = -rimReach / step;
	const tooDeep = -rimReach - 1e-3;
	const vertexCount = positions.length / 3;
	const endX = columns - 1;
	const endY = rows - 1;
	let usedCount = 0;
	for (let i = 0; i < vertexCount; i++) {
		const x = positions[i * 3];
		const y = positions[i * 3 + 1];
		const z = positions[i * 3 + 2];
		const depth = p[8] * x + p[9] * y + p[10] * z + p[11];
		if (!(depth > 0)) continue;
		const perDepth = 1 / (depth * step);
		const u = (p[0] * x + p[1] * y + p[2] * z + p[3]) * perDepth - 0.5;
		const v = (p[4] * x + p[5] * y + p[6] * z + p[7]) * perDepth - 0.5;
		if (!(u >= 0 && u < endX && v >= 0 && v < endY)) continue;
		const column = u | 0;
		const row = v | 0;
		// Most vertices end here, and the tiles stay in the cache.
		const tile = (row >> TILE_SHIFT) * tileColumns + (column >> TILE_SHIFT);
		if (most[tile] < tooDeep) continue;
		const fu = u - column;
		const fv = v - row;
		const at = row * columns + column;
		const a = data[at];
		const b = data[at + 1];
		const c = data[at + columns];
		const d = data[at + columns + 1];
		const upper = a + (b - a) * fu;
		const lower = c + (d - c) * fu;
		const distance = (upper + (lower - upper) * fv) / step;
		if (distance < reach) continue;
		// Gradient of the map, unit.
		let gu = (b - a) * (1 - fv) + (d - c) * fv;
		let gv = (c - a) * (1 - fu) + (d - b) * fu;
		const slope = Math.sqrt(gu * gu + gv * gv);
		if (slope < FLAT * step) continue;
		gu /= slope;
		gv /= slope;
		// Nearest outline point, and the plane through it and the camera's centre.
		const qu = u - distance * gu;
		const qv = v - distance * gv;
		const ku = (qu + 0.5) * step;
		const kv = (qv + 0.5) * step;
		let nx = gu * (p[0] - ku * p[8]) + gv * (p[4] - kv * p[8]);
		let ny = gu * (p[1] - ku * p[9]) + gv * (p[5] - kv * p[9]);
		let nz = gu * (p[2] - ku * p[10]) + gv * (p[6] - kv * p[10]);
		const length = Math.sqrt(nx * nx + ny * ny + nz * nz);
		nx /= length;
		ny /= length;
		nz /= length;
		const world = (distance * step * depth) / length;
		if (distance > 0) planes.push(i, nx, ny, nz, world, insideWeight);
		const cosine =
			nx * normals[i * 3] + ny * normals[i * 3 + 1] + nz * normals[i * 3 + 2];
		if (cosine < RIM_COSINE) continue;
		const direction = (gu > 0 ? 1 : 0) + (gv > 0 ? 2 : 0);
		const bin =
			(Math.max(0, Math.floor(qv / size)) * bins.columns +
				Math.max(0, Math.floor(qu / size))) *
				4 +
			direction;
		if (!(bin < vertex.length)) continue;
		if (vertex[bin] < 0) used[usedCount++] = bin;
		else if (distance <= value[bin]) continue;
		vertex[bin] = i;
		value[bin] = distance;
	}
	for (let n = 0; n < usedCount; n++) {
		pushRim(planes, positions, bins, used[n], rimWeight);
		vertex[used[n]] = -1;
	}
	return planes;
}

/** Draws the bin's vertex to the outline, and a little beyond while that does not suffice. */
function pushRim(
	planes: PlaneCollector,
	positions: Float64Array,
	{ projection: p, cone, vertex, multiplier }: OutlineBins,
	bin: number,
	weight: number,
): void {
	const { columns, data, step } = cone.silhouette;
	const i = vertex[bin];
	const x = positions[i * 3];
	const y = positions[i * 3 + 1];
	const z = positions[i * 3 + 2];
	const depth = p[8] * x + p[9] * y + p[10] * z + p[11];
	const u = (p[0] * x + p[1] * y + p[2] * z + p[3]) / (depth * step) - 0.5;
	const v = (p[4] * x + p[5] * y + p[6] * z + p[7]) / (depth * step) - 0.5;
	const column = u | 0;
	const row = v | 0;
	const fu = u - column;
	const fv = v - row;
	const at = row * columns + column;
	const a = data[at];
	const b = data[at + 1];
	const c = data[at + columns];
	const d = data[at + columns + 1];
	const upper = a + (b - a) * fu;
	const lower = c + (d - c) * fu;
	const distance = upper + (lower - upper) * fv; // mask pixels
	let gu = (b - a) * (1 - fv) + (d - c) * fv;
	let gv = (c - a) * (1 - fu) + (d - b) * fu;
	const slope = Math.sqrt(gu * gu + gv * gv);
	gu /= slope;
	gv /= slope;
	const ku = (u + 0.5) * step - distance * gu;
	const kv = (v + 0.5) * step - distance * gv;
	const nx = gu * (p[0] - ku * p[8]) + gv * (p[4] - kv * p[8]);
	const ny = gu * (p[1] - ku * p[9]) + gv * (p[5] - kv * p[9]);
	const nz = gu * (p[2] - ku * p[10]) + gv * (p[6] - kv * p[10]);
	const length = Math.sqrt(nx * nx + ny * ny + nz * nz);
	const world = (distance * depth) / length;
	const grown = FORGET * multiplier[bin] - LEARN * world;
	multiplier[bin] = grown < LEAST ? LEAST : grown > MOST ? MOST : grown;
	planes.push(
		i,
		nx / length,
		ny / length,
		nz / length,
		world - multiplier[bin],
		weight,
	);
}
