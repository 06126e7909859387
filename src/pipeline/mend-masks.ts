import type { Camera } from "../core/camera.ts";
import type { Image, Mask } from "../core/image.ts";
import type { Cutout } from "../core/photo.ts";
import type { RunContext } from "../core/run-context.ts";
import {
	type Component,
	connectedComponents,
} from "../kernel/image/connected-components.ts";
import { spreadColor } from "../kernel/image/spread-color.ts";
import {
	cameraCentre,
	pixelRay,
	projectionMatrix,
} from "../kernel/math/camera.ts";
import { type MaskBox, requireBox } from "./mask-box.ts";
import { type ObjectFrame, objectFrame } from "./outline-posed.ts";

/** A hole counts as small below this share of the silhouette's area, and below this share of its longer side across. */
const SMALL_AREA = 0.02;
const SMALL_ACROSS = 0.08;
/** As many small holes are a pattern: a basket, a grating. */
const PATTERN = 12;
/** What one side of the object shows of a hole the other shows within this factor, in area. */
const ALIKE = 2.5;
/** And it lies round the line through the other: its centre within this share of its radius. */
const CENTRED = 0.5;
/** A view looks along the same line, from either end, if it does to within this, as a cosine. */
const SAME_LINE = 0.965;
/** How far to both sides of its middle the object is searched, as a share of its size. */
const REACH = 0.35;
/** Steps along a line of sight through the object. */
const STEPS = 24;
/** Pixels round a hole that its soft edge may reach. */
const EDGE = 2;
/** Colours of a filled hole come from this far round it, pixels. */
const COLOR_REACH = 4;

/**
 * Fills small holes in silhouettes that a view from the other side contradicts: a hole in the object shows from both
 * ends, one in the mask does not, and it would drill through the whole object. Without such a view nobody can know, and
 * the hole stays.
 */
export function mendMasks(
	cutouts: readonly Cutout[],
	cameras: readonly Camera[], // roughly
	ctx: RunContext,
): Cutout[] {
	const seen = cutouts.map((cutout, v): Seen => {
		const box = requireBox(cutout);
		return {
			camera: cameras[v],
			box,
			width: cutout.mask.width,
			...holesOf(cutout.mask, box),
		};
	});
	const frame = objectFrame(seen);
	const told: string[] = [];
	const mended = cutouts.map((cutout, v) => {
		const wrong = seen[v].small.filter((hole) => {
			const answers =
				frame === undefined
					? []
					: seen.map((other, w) =>
							w === v ? undefined : showsHole(other, seen[v], hole, frame),
						);
			return answers.includes(false) && !answers.includes(true);
		});
		if (wrong.length > PATTERN) return cutout;
		if (wrong.length === 0) return cutout;
		told.push(`${wrong.length} in ${cutout.photo.label}`);
		return withoutHoles(cutout, seen[v], wrong);
	});
	if (told.length > 0)
		ctx.notice({
			code: "mask-mended",
			severity: "info",
			message: `Small holes in silhouettes that do not show from the other side were filled: ${told.join(", ")}`,
			remedy: "If the object has these holes, check the opposite view's mask.",
		});
	return mended;
}

/** A view's holes: what is not the object and does not reach the border. */
interface Seen {
	readonly camera: Camera;
	readonly box: MaskBox;
	readonly width: number; // pixels
	readonly labels: Int32Array; // [height × width] index into `gaps`; −1 on the object
	readonly gaps: readonly Component[];
	readonly small: readonly number[]; // holes among the gaps
}

function holesOf(
	{ width, height, data }: Mask,
	box: MaskBox,
): Pick<Seen, "labels" | "gaps" | "small"> {
	const outside = new Uint8Array(data.length);
	let area = 0;
	for (let p = 0; p < data.length; p++)
		if (data[p] < 128) outside[p] = 1;
		else area++;
	const found = connectedComponents(outside, width, height, 4);
	const gaps = found.components;
	const longer = Math.max(box.right - box.left, box.bottom - box.top);
	const small = [...gaps.keys()].filter((k) => {
		const { borderCount, area: hole, minX, minY, maxX, maxY } = gaps[k];
		return (
			borderCount === 0 &&
			hole <= SMALL_AREA * area &&
			Math.max(maxX - minX, maxY - minY) < SMALL_ACROSS * longer
		);
	});
	return { labels: found.labels, gaps, small };
}

/** Whether another view shows a hole where the line through this one passes; undefined if it looks elsewhere. */
function showsHole(
	other: Seen,
	own: Seen,
	hole: number,
	{ centre, unit }: ObjectFrame,
): boolean | undefined {
	const { centreX, centreY, area } = own.gaps[hole];
	const ray = pixelRay(own.camera, centreX + 0.5, centreY + 0.5);
	const m = other.camera.worldFromCamera;
	const along = ray[0] * m[2] + ray[1] * m[6] + ray[2] * m[10];
	if (Math.abs(along) < SAME_LINE) return undefined;
	const eye = cameraCentre(own.camera);
	const middle =
		(centre[0] - eye[0]) * ray[0] +
		(centre[1] - eye[1]) * ray[1] +
		(centre[2] - eye[2]) * ray[2];
	const p = projectionMatrix(other.camera);
	const { left, top, right, bottom } = other.box;
	for (let k = 0; k <= STEPS; k++) {
		const t = middle + REACH * unit * ((2 * k) / STEPS - 1);
		const x = eye[0] + t * ray[0];
		const y = eye[1] + t * ray[1];
		const z = eye[2] + t * ray[2];
		const depth = p[8] * x + p[9] * y + p[10] * z + p[11];
		if (!(depth > 0)) continue;
		const u = Math.floor((p[0] * x + p[1] * y + p[2] * z + p[3]) / depth);
		const v = Math.floor((p[4] * x + p[5] * y + p[6] * z + p[7]) / depth);
		if (u < left || v < top || u >= right || v >= bottom) continue;
		const gap = other.labels[v * other.width + u];
		if (gap < 0 || other.gaps[gap].borderCount > 0) continue;
		const { area: size, centreX: x0, centreY: y0 } = other.gaps[gap];
		const isThrough =
			Math.hypot(u - x0, v - y0) <= 1 + CENTRED * Math.sqrt(size / Math.PI);
		const factor = size / area;
		if (isThrough && factor <= ALIKE && factor >= 1 / ALIKE) return true;
	}
	return false;
}

/** The silhouette without these holes; colours that were cut out with them come from round about. */
function withoutHoles(
	cutout: Cutout,
	{ labels, gaps }: Seen,
	holes: readonly number[],
): Cutout {
	const { width, height } = cutout.mask;
	const before = cutout.mask.data;
	const data = before.slice();
	const filled: number[] = []; // pixels, with the soft edges of the holes
	for (const hole of holes) {
		const { minX, minY, maxX, maxY } = gaps[hole];
		for (let y = minY; y <= maxY; y++)
			for (let x = minX; x <= maxX; x++) {
				if (labels[y * width + x] !== hole) continue;
				for (let v = Math.max(0, y - EDGE); v <= y + EDGE; v++)
					for (let u = Math.max(0, x - EDGE); u <= x + EDGE; u++) {
						const at = v * width + u;
						if (u >= width || v >= height || data[at] === 255) continue;
						data[at] = 255;
						filled.push(at);
					}
			}
	}
	const mask = { width, height, data };
	if (cutout.method !== "alpha") return { ...cutout, mask };
	const image = withColors(cutout.photo.image, cutout.mask, filled);
	return { ...cutout, mask, photo: { ...cutout.photo, image } };
}

function withColors(
	image: Image,
	before: Mask,
	pixels: readonly number[],
): Image {
	const { width, height } = image;
	const colors = new Float32Array(width * height * 3);
	const known = new Uint8Array(width * height);
	for (let p = 0; p < known.length; p++) {
		if (before.data[p] < 250) continue;
		known[p] = 1;
		for (let c = 0; c < 3; c++) colors[p * 3 + c] = image.data[p * 4 + c];
	}
	const spread = spreadColor(colors, known, width, height, COLOR_REACH);
	const data = image.data.slice();
	for (const p of pixels) {
		for (let c = 0; c < 3; c++) data[p * 4 + c] = spread[p * 3 + c];
		data[p * 4 + 3] = 255;
	}
	return { width, height, data };
}
