import type { Mask } from "../../core/image.ts";
import { cropMask, type PixelBox } from "./crop.ts";
import {
	type SilhouetteDistance,
	silhouetteDistance,
} from "./silhouette-distance.ts";

/** An object's silhouette and points along its line, cut out of its mask. */
export interface SilhouetteOutline {
	/** Of the crop, in its pixels. */
	readonly distance: SilhouetteDistance;
	/** Where the line runs; not where the object leaves the picture, for there is no outline. Crop pixels. */
	readonly points: Float32Array; // [count × 2] uv
	/** The crop's corner: u in the mask = left + u here. */
	readonly left: number; // mask pixels
	readonly top: number; // mask pixels
}

export interface SilhouetteOutlineOptions {
	/** Longer side of the distance map, at most: coarser than the mask, still exact below its pixels. Default 192. */
	readonly side?: number;
	/** Points along the line, at most. Default 240. */
	readonly pointCount?: number;
}

export const SILHOUETTE_OUTLINE_DEFAULTS: Required<SilhouetteOutlineOptions> = {
	side: 192,
	pointCount: 240,
};

/** Air round the object in the crop, as a share of its longer side. */
const AIR = 0.15;

/** The outline of an object which lies in the box. */
export function silhouetteOutline(
	mask: Mask,
	box: PixelBox,
	options: SilhouetteOutlineOptions = {},
): SilhouetteOutline {
	const { side, pointCount } = { ...SILHOUETTE_OUTLINE_DEFAULTS, ...options };
	const longest = Math.max(box.right - box.left, box.bottom - box.top);
	const air = Math.ceil(AIR * longest);
	const left = Math.max(0, box.left - air);
	const top = Math.max(0, box.top - air);
	const crop = cropMask(mask, {
		left,
		top,
		right: Math.min(mask.width, box.right + air),
		bottom: Math.min(mask.height, box.bottom + air),
	});
	const distance = silhouetteDistance(crop, { maxSide: side });
	return { distance, points: zeroCrossings(distance, pointCount), left, top };
}

/** Where the distance changes sign between neighbours; at most `count` of them, evenly spread over their order. */
function zeroCrossings(
	{ columns, rows, step, data }: SilhouetteDistance,
	count: number,
): Float32Array /* [≤ count × 2] */ {
	const all: number[] = []; // uv pairs
	for (let y = 0; y < rows; y++)
		for (let x = 0; x < columns; x++) {
			const at = y * columns + x;
			const d = data[at];
			const right = x + 1 < columns ? data[at + 1] : d;
			const below = y + 1 < rows ? data[at + columns] : d;
			if (d < 0 !== right < 0) all.push(x + 0.5 + d / (d - right), y + 0.5);
			if (d < 0 !== below < 0) all.push(x + 0.5, y + 0.5 + d / (d - below));
		}
	return thin(
		Float32Array.from(all, (value) => value * step),
		count,
	);
}

/** The same outline by fewer points. */
export function thinOutline(
	outline: SilhouetteOutline,
	pointCount: number,
): SilhouetteOutline {
	return { ...outline, points: thin(outline.points, pointCount) };
}

function thin(
	points: Float32Array, // [n × 2]
	count: number,
): Float32Array /* [≤ count × 2] */ {
	const found = points.length / 2;
	if (found <= count) return points;
	const out = new Float32Array(count * 2);
	for (let k = 0; k < count; k++) {
		const from = Math.floor(((k + 0.5) * found) / count);
		out[k * 2] = points[from * 2];
		out[k * 2 + 1] = points[from * 2 + 1];
	}
	return out;
}
