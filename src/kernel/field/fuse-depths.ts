import type { Checkpoint } from "../../core/run-context.ts";
import { projectionMatrix } from "../math/camera.ts";
import type { DepthMap } from "../optimize/sweep-depth.ts";
import type { Lattice } from "./grid-field.ts";
import { findThinParts } from "./thin-parts.ts";

export interface FuseOptions {
	/** Distance from an observed surface beyond which it says nothing, or only "empty"; world units. */
	readonly truncation: number;
	/** Parts of the hull that no ball of this radius fits into are left alone; world units. */
	readonly thinRadius: number;
	/** Weight of the hull against one certain depth. */
	readonly hullWeight: number;
}

/**
 * The hull with what the depth maps carve out of it: a weighted mean of truncated distances along
 * the rays (Curless and Levoy, 1996), never outside the hull. Points deep inside and far outside
 * keep the hull's value.
 */
export function fuseDepths(
	hull: Lattice,
	maps: readonly Omit<DepthMap, "behind">[],
	{ truncation, thinRadius, hullWeight }: FuseOptions,
	checkpoint?: Checkpoint,
): Float32Array /* [nz × ny × nx] */ {
	const { values, counts, spacing, origin } = hull;
	const [nx, ny, nz] = counts;
	const out = values.slice();
	const touched = new Uint8Array(out.length);
	const thin = findThinParts(hull, thinRadius);
	const projections = maps.map(({ camera }) => projectionMatrix(camera));
	for (let k = 0, n = 0; k < nz; k++) {
		checkpoint?.(k / nz);
		for (let j = 0; j < ny; j++)
			for (let i = 0; i < nx; i++, n++) {
				const fromHull = values[n];
				if (fromHull > truncation || thin[n] === 1) continue;
				const x = origin[0] + i * spacing;
				const y = origin[1] + j * spacing;
				const z = origin[2] + k * spacing;
				let weight = hullWeight;
				let sum = hullWeight * Math.max(-truncation, fromHull);
				for (let m = 0; m < maps.length; m++) {
					const p = projections[m];
					const { camera, depth, trust } = maps[m];
					const d = p[8] * x + p[9] * y + p[10] * z + p[11];
					const u = (p[0] * x + p[1] * y + p[2] * z + p[3]) / d;
					const v = (p[4] * x + p[5] * y + p[6] * z + p[7]) / d;
					if (!(u >= 0 && v >= 0 && u < camera.width && v < camera.height))
						continue;
					const at = (v | 0) * camera.width + (u | 0);
					const w = trust[at];
					if (w <= 0) continue;
					const distance = depth[at] - d;
					if (distance < -truncation) continue;
					weight += w;
					sum += w * Math.min(truncation, distance);
				}
				if (weight === hullWeight) continue;
				const fused = sum / weight;
				if (fused <= fromHull) continue;
				out[n] = fused;
				if (fused > fromHull + 0.5 * spacing) touched[n] = 1;
			}
	}
	return blurWhere(out, touched, nx, ny, nz);
}

/** Mean with the six neighbours, where depths had a say. */
function blurWhere(
	values: Float32Array,
	where: Uint8Array,
	nx: number,
	ny: number,
	nz: number,
): Float32Array {
	const out = values.slice();
	const slice = nx * ny;
	for (let k = 1; k < nz - 1; k++)
		for (let j = 1; j < ny - 1; j++)
			for (let i = 1; i < nx - 1; i++) {
				const n = k * slice + j * nx + i;
				if (where[n] === 0) continue;
				const around =
					values[n - 1] +
					values[n + 1] +
					values[n - nx] +
					values[n + nx] +
					values[n - slice] +
					values[n + slice];
				out[n] = 0.5 * values[n] + around / 12;
			}
	return out;
}

export interface AgreeOptions {
	/** Other maps that must confirm a depth. */
	readonly needed: number;
	/** How near they must be, world units: this share of how far a depth lies behind the hull, within limits. */
	readonly tolerance: {
		readonly share: number;
		readonly least: number;
		readonly most: number;
	};
}

/** Confirmations beyond this many change nothing. */
const MOST_CONFIRMED = 3;

/**
 * The maps with only those depths that enough others confirm; they weigh the more, the more do. A shallow dent must be
 * confirmed closely: the hull itself is near.
 */
export function confirmDepths(
	maps: readonly DepthMap[],
	others: readonly (readonly number[])[], // per map: indices of the maps to ask
	{ needed, tolerance }: AgreeOptions,
): DepthMap[] {
	const projections = maps.map(({ camera }) => projectionMatrix(camera));
	return maps.map(({ camera, depth, behind, trust }, m) => {
		const kept = trust.slice();
		const { width, fx, fy, cx, cy } = camera;
		const w = camera.worldFromCamera;
		for (let n = 0; n < kept.length; n++) {
			if (kept[n] <= 0) continue;
			const d = depth[n];
			const near = Math.min(
				tolerance.most,
				Math.max(tolerance.least, tolerance.share * behind[n]),
			);
			const a = (((n % width) + 0.5 - cx) / fx) * d;
			const b = (-(Math.floor(n / width) + 0.5 - cy) / fy) * d;
			const x = w[0] * a + w[1] * b - w[2] * d + w[3];
			const y = w[4] * a + w[5] * b - w[6] * d + w[7];
			const z = w[8] * a + w[9] * b - w[10] * d + w[11];
			let confirmed = 0;
			for (const other of others[m]) {
				const p = projections[other];
				const map = maps[other];
				const od = p[8] * x + p[9] * y + p[10] * z + p[11];
				const u = (p[0] * x + p[1] * y + p[2] * z + p[3]) / od;
				const v = (p[4] * x + p[5] * y + p[6] * z + p[7]) / od;
				if (
					!(u >= 0 && v >= 0 && u < map.camera.width && v < map.camera.height)
				)
					continue;
				const at = (v | 0) * map.camera.width + (u | 0);
				if (map.trust[at] > 0 && Math.abs(map.depth[at] - od) < near)
					confirmed++;
			}
			kept[n] *= confirmed < needed ? 0 : Math.min(MOST_CONFIRMED, confirmed);
		}
		return { camera, depth, behind, trust: kept };
	});
}
