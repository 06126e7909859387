import type { Mesh } from "../../core/mesh.ts";
import type { TextureReport } from "../../core/report.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import { centreSpans, createTexelSpans } from "./texel-spans.ts";

/** Anisotropy above which texels count as stretched. */
const STRETCHED = 1.5;
/** Reported instead of infinite stretch. */
const MAX_STRETCH = 1000;
/** Triangles below this share of the area do not count for the largest stretch: about a texel of 1024². */
const SPECK = 1e-6;
const DENSITY_BINS = 512;
const TRIANGLES_PER_CHECKPOINT = 16384;
/** UVs farther out than this many tiles are not drawn. */
const MAX_OFFSET = 1e5;
/** A layout tiled more than this often is measured on its first copies only. */
const MAX_TILES = 16;

/**
 * Measures the UV layout of any mesh for a texture of width × height. UVs outside 0–1 wrap.
 * Triangles whose texels overlap only along shared edges do not count as overlapping.
 */
export function measureUvs(
	mesh: Mesh,
	width: number,
	height: number,
	checkpoint?: Checkpoint,
): TextureReport {
	const { positions: p, indices, uvs } = mesh;
	if (!uvs) throw new TypeError("the mesh has no uvs");
	const triangleCount = indices.length / 3;
	const claims = new Int32Array(width * height).fill(-1);
	const overlapping = new Uint8Array(width * height);
	const spans = createTexelSpans(Math.max(width, height) * 2);
	const { bounds } = spans;
	const areas = new Float64Array(triangleCount);
	const densities = new Float64Array(triangleCount);
	const stretches = new Float64Array(triangleCount);
	let totalArea = 0;
	let coveredArea = 0;
	let stretchedArea = 0;
	for (let t = 0; t < triangleCount; t++) {
		if (t % TRIANGLES_PER_CHECKPOINT === 0) checkpoint?.(t / triangleCount);
		const a = indices[3 * t];
		const b = indices[3 * t + 1];
		const c = indices[3 * t + 2];
		const ux = p[3 * b] - p[3 * a];
		const uy = p[3 * b + 1] - p[3 * a + 1];
		const uz = p[3 * b + 2] - p[3 * a + 2];
		const vx = p[3 * c] - p[3 * a];
		const vy = p[3 * c + 1] - p[3 * a + 1];
		const vz = p[3 * c + 2] - p[3 * a + 2];
		const nx = uy * vz - uz * vy;
		const ny = uz * vx - ux * vz;
		const nz = ux * vy - uy * vx;
		const area = Math.sqrt(nx * nx + ny * ny + nz * nz) / 2;
		const side = Math.max(
			Math.abs(ux) + Math.abs(uy) + Math.abs(uz),
			Math.abs(vx) + Math.abs(vy) + Math.abs(vz),
		);
		// Needles have no measurable stretch of their own and no area to speak of.
		if (!(area > 1e-7 * side * side)) continue;
		areas[t] = area;
		totalArea += area;
		// Texels.
		const ax = uvs[2 * a] * width;
		const ay = uvs[2 * a + 1] * height;
		const bx = uvs[2 * b] * width;
		const by = uvs[2 * b + 1] * height;
		const cx = uvs[2 * c] * width;
		const cy = uvs[2 * c + 1] * height;
		const flat = Math.abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2;
		if (!Number.isFinite(flat)) continue;
		densities[t] = Math.sqrt(flat / area);
		if (flat > 1e-9) coveredArea += area;
		// Singular values of the map from the triangle's plane to texels.
		const length = Math.sqrt(ux * ux + uy * uy + uz * uz);
		const along = (vx * ux + vy * uy + vz * uz) / length;
		const across = (2 * area) / length;
		const j00 = (bx - ax) / length;
		const j10 = (by - ay) / length;
		const j01 = (cx - ax - j00 * along) / across;
		const j11 = (cy - ay - j10 * along) / across;
		const sum = j00 * j00 + j10 * j10 + j01 * j01 + j11 * j11;
		const determinant = Math.abs(j00 * j11 - j01 * j10);
		const root = Math.sqrt(
			Math.max(0, sum * sum - 4 * determinant * determinant),
		);
		const stretch =
			determinant > 0
				? Math.min(MAX_STRETCH, (sum + root) / (2 * determinant))
				: MAX_STRETCH;
		if (stretch > STRETCHED) stretchedArea += area;
		stretches[t] = stretch;
		claimTexels(t, ax, ay, bx, by, cx, cy);
	}

	/** Marks the texels under a triangle, shifted to the first tile or wrapped piece by piece. */
	function claimTexels(
		t: number,
		ax: number,
		ay: number,
		bx: number,
		by: number,
		cx: number,
		cy: number,
	): void {
		const tileX = Math.floor(Math.min(ax, bx, cx) / width);
		const tileY = Math.floor(Math.min(ay, by, cy) / height);
		const endX = Math.floor((Math.max(ax, bx, cx) - 1e-6) / width);
		const endY = Math.floor((Math.max(ay, by, cy) - 1e-6) / height);
		if (Math.abs(tileX) > MAX_OFFSET || Math.abs(tileY) > MAX_OFFSET) return;
		const lastX = Math.min(endX, tileX + MAX_TILES);
		const lastY = Math.min(endY, tileY + MAX_TILES);
		for (let j = tileY; j <= Math.max(tileY, lastY); j++)
			for (let i = tileX; i <= Math.max(tileX, lastX); i++) {
				const dx = i * width;
				const dy = j * height;
				const rows = centreSpans(
					spans,
					ax - dx,
					ay - dy,
					bx - dx,
					by - dy,
					cx - dx,
					cy - dy,
					width,
					height,
				);
				for (let r = 0; r < rows; r++) {
					const row = (spans.top + r) * width;
					const end = row + bounds[2 * r + 1];
					for (let k = row + bounds[2 * r]; k < end; k++) {
						if (claims[k] >= 0) overlapping[k] = 1;
						claims[k] = t;
					}
				}
			}
	}

	let maxStretch = 1;
	for (let t = 0; t < triangleCount; t++)
		if (areas[t] > SPECK * totalArea && stretches[t] > maxStretch)
			maxStretch = stretches[t];
	let used = 0;
	let overlapTexelCount = 0;
	for (let i = 0; i < claims.length; i++) {
		if (claims[i] >= 0) used++;
		overlapTexelCount += overlapping[i];
	}
	return {
		width,
		height,
		utilisation: used / (width * height),
		chartCount: countCharts(uvs, p, indices),
		coverage: totalArea > 0 ? coveredArea / totalArea : 0,
		stretchedShare: totalArea > 0 ? stretchedArea / totalArea : 0,
		maxStretch,
		overlapTexelCount,
		texelsPerUnit: percentiles(densities, areas, totalArea),
	};
}

/** Pieces of the layout that hang together: vertices with the same place and the same uv are one. */
function countCharts(
	uvs: Float32Array,
	positions: Float32Array,
	indices: Uint32Array,
): number {
	const parent = new Int32Array(positions.length / 3);
	for (let v = 0; v < parent.length; v++) parent[v] = v;
	const find = (v: number): number => {
		let r = v;
		while (parent[r] !== r) {
			parent[r] = parent[parent[r]];
			r = parent[r];
		}
		return r;
	};
	const join = (a: number, b: number): void => {
		const p = find(a);
		const q = find(b);
		if (p < q) parent[q] = p;
		else parent[p] = q;
	};
	// (1) Equal vertices, through a hash of their five bit patterns.
	let capacity = 16;
	while (capacity < 2 * parent.length) capacity *= 2;
	const table = new Int32Array(capacity).fill(-1);
	const xyz = new Uint32Array(
		Float32Array.from(positions, (x) => x + 0).buffer,
	);
	const uv = new Uint32Array(Float32Array.from(uvs, (x) => x + 0).buffer);
	for (let v = 0; v < parent.length; v++) {
		let hash =
			Math.imul(xyz[3 * v], 0x9e3779b1) ^
			Math.imul(xyz[3 * v + 1], 0x85ebca6b) ^
			Math.imul(xyz[3 * v + 2], 0xc2b2ae35) ^
			Math.imul(uv[2 * v], 0x27d4eb2f) ^
			Math.imul(uv[2 * v + 1], 0x165667b1);
		hash ^= hash >>> 15;
		hash = Math.imul(hash, 0x2c1b3c6d);
		hash ^= hash >>> 13;
		let slot = hash & (capacity - 1);
		for (;;) {
			const other = table[slot];
			if (other < 0) {
				table[slot] = v;
				break;
			}
			if (
				xyz[3 * other] === xyz[3 * v] &&
				xyz[3 * other + 1] === xyz[3 * v + 1] &&
				xyz[3 * other + 2] === xyz[3 * v + 2] &&
				uv[2 * other] === uv[2 * v] &&
				uv[2 * other + 1] === uv[2 * v + 1]
			) {
				join(other, v);
				break;
			}
			slot = (slot + 1) & (capacity - 1);
		}
	}
	// (2) Corners of one triangle.
	const used = new Uint8Array(parent.length);
	for (let i = 0; i < indices.length; i += 3) {
		join(indices[i], indices[i + 1]);
		join(indices[i], indices[i + 2]);
		used[indices[i]] = 1;
	}
	const counted = new Uint8Array(parent.length);
	let count = 0;
	for (let v = 0; v < parent.length; v++) {
		if (used[v] === 0) continue;
		const r = find(v);
		if (counted[r] === 0) count++;
		counted[r] = 1;
	}
	return count;
}

/** Texels per unit at 5, 50 and 95 % of the area, from a histogram of logarithms. */
function percentiles(
	densities: Float64Array,
	areas: Float64Array,
	totalArea: number,
): [p5: number, median: number, p95: number] {
	let low = Number.POSITIVE_INFINITY;
	let high = 0;
	for (let t = 0; t < areas.length; t++) {
		if (areas[t] === 0 || !(densities[t] > 0)) continue;
		if (densities[t] < low) low = densities[t];
		if (densities[t] > high) high = densities[t];
	}
	if (!(high > 0)) return [0, 0, 0];
	const bins = new Float64Array(DENSITY_BINS + 1); // the first one: no texels at all
	const scale = high > low ? (DENSITY_BINS - 1e-6) / Math.log(high / low) : 0;
	for (let t = 0; t < areas.length; t++) {
		if (areas[t] === 0) continue;
		const bin =
			densities[t] > 0
				? 1 + Math.floor(Math.log(densities[t] / low) * scale)
				: 0;
		bins[bin] += areas[t];
	}
	const at = (share: number): number => {
		let sum = 0;
		for (let b = 0; b <= DENSITY_BINS; b++) {
			sum += bins[b];
			if (sum < share * totalArea) continue;
			if (b === 0) return 0;
			return scale > 0 ? low * Math.exp((b - 0.5) / scale) : low;
		}
		return high;
	};
	return [at(0.05), at(0.5), at(0.95)];
}
