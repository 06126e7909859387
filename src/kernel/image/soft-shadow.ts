import { gaussianBlur } from "./gaussian-blur.ts";
import { cutGrid } from "./grabcut/grid-cut.ts";

export interface SoftShadowOptions {
	/** Spread of the ground's colour about `ground`, Lab units. */
	readonly sigma: number;
}

/** Darkest shadow, as a share of the lit ground's lightness. */
const DARKEST = 0.3;
/** How much lighter than the ground a pixel may be, Lab units. */
const LIGHTER = 2;
/** Largest difference of a and b from the ground in its shade, Lab units. */
const CHROMA = 6;
/** Spread of the derivative, pixels. */
const FINE = 0.8;
/** An edge is soft where so far away on both sides the slope times SOFT is as large. */
const REACH = 3; // pixels
const SOFT = 1.75;
/** Slope of an edge at which parting costs a ninth, Lab units a pixel. */
const SHARP = 1;
/** Cost of calling a pixel shadow, and of parting two where nothing is seen between them. */
const LEAN = 24;
const LINK = 640;
const SURE = 1 << 24;

/**
 * Ground in shadow, beyond the lit ground: darker, of the same hue, and reached without crossing
 * a sharp edge. What is neither lit nor looks like shade holds against it, and between the two
 * the outline lies where edges are sharp.
 *
 * Tried and dropped: a flood that never crosses a sharp edge (one faint spot of the outline empties
 * a grey object); sharpness as the difference of a fine and a coarse derivative (blind where
 * another edge is near).
 */
export function softShadow(
	lab: Float32Array, // [height × width × 3]
	ground: Float32Array, // [height × width × 3] colour the lit ground would have, Lab
	lit: Uint8Array, // [height × width] 1: lit ground
	width: number,
	height: number,
	{ sigma }: SoftShadowOptions,
): Uint8Array /* [height × width] 1: ground, lit or not */ {
	const count = width * height;
	const open = new Uint8Array(count);
	let openCount = 0;
	for (let p = 0; p < count; p++)
		if (lit[p] === 0 && looksShaded(lab, ground, p, sigma)) {
			open[p] = 1;
			openCount++;
		}
	if (openCount === 0) return lit.slice();
	const sharp = sharpEdges(lab, width, height, sigma);
	const terminal = new Int32Array(count);
	for (let p = 0; p < count; p++)
		if (lit[p] === 1) terminal[p] = -SURE;
		else if (open[p] === 0) terminal[p] = SURE;
		else terminal[p] = LEAN;
	const found = cutGrid({
		width,
		height,
		terminal,
		links: linksAcross(sharp, width, height),
	});
	const out = lit.slice();
	for (let p = 0; p < count; p++)
		if (open[p] === 1 && found[p] === 0) out[p] = 1;
	return out;
}

function looksShaded(
	lab: Float32Array,
	ground: Float32Array,
	p: number,
	sigma: number,
): boolean {
	const light = ground[p * 3];
	const here = lab[p * 3];
	if (here > light + LIGHTER + 2 * sigma || here < light * DARKEST)
		return false;
	// In shadow a and b shrink with the light.
	const shade = Math.min(1, here / Math.max(1, light));
	const da = lab[p * 3 + 1] - ground[p * 3 + 1] * shade;
	const db = lab[p * 3 + 2] - ground[p * 3 + 2] * shade;
	const limit = CHROMA + 2 * sigma;
	return da * da + db * db <= limit * limit;
}

/**
 * Slope of the picture where it is steep at once, 0 where it grows towards its steepest: both
 * sides of a soft rim have slopes too, an outline has none on one side at least.
 */
function sharpEdges(
	lab: Float32Array,
	width: number,
	height: number,
	sigma: number,
): Float32Array /* [height × width] Lab units a pixel */ {
	const count = width * height;
	const slope = new Float32Array(count);
	const across = new Int8Array(count * 2); // steepest way, in steps of REACH pixels' length
	const steepest = new Float32Array(count);
	const plane = new Float32Array(count);
	for (let c = 0; c < 3; c++) {
		for (let p = 0; p < count; p++) plane[p] = lab[p * 3 + c];
		const smooth = gaussianBlur(plane, width, height, FINE);
		for (let y = 0; y < height; y++) {
			const up = y > 0 ? -width : 0;
			const down = y < height - 1 ? width : 0;
			for (let x = 0; x < width; x++) {
				const p = y * width + x;
				const dx =
					smooth[x < width - 1 ? p + 1 : p] - smooth[x > 0 ? p - 1 : p];
				const dy = smooth[p + down] - smooth[p + up];
				const square = (dx * dx + dy * dy) / 4;
				slope[p] += square;
				if (square <= steepest[p]) continue;
				steepest[p] = square;
				const length = Math.sqrt(dx * dx + dy * dy);
				across[p * 2] = Math.round((dx / length) * REACH);
				across[p * 2 + 1] = Math.round((dy / length) * REACH);
			}
		}
	}
	for (let p = 0; p < count; p++) slope[p] = Math.sqrt(slope[p]);
	const noise = 0.5 * sigma;
	const out = new Float32Array(count);
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) {
			const p = y * width + x;
			const dx = across[p * 2];
			const dy = across[p * 2 + 1];
			const a = clamp(y + dy, height) * width + clamp(x + dx, width);
			const b = clamp(y - dy, height) * width + clamp(x - dx, width);
			out[p] = Math.max(
				0,
				slope[p] - SOFT * Math.min(slope[a], slope[b]) - noise,
			);
		}
	return out;
}

function clamp(value: number, length: number): number {
	return value < 0 ? 0 : value >= length ? length - 1 : value;
}

/** Cheap to part where an edge is sharp. */
function linksAcross(
	sharp: Float32Array,
	width: number,
	height: number,
): Int32Array /* [height × width × 4] E, S, SE, SW */ {
	const out = new Int32Array(width * height * 4);
	const steps = [1, width, width + 1, width - 1];
	for (let p = 0; p < sharp.length; p++)
		for (let k = 0; k < 4; k++) {
			const q = p + steps[k];
			if (q >= sharp.length) continue;
			const edge = Math.max(sharp[p], sharp[q]) / SHARP;
			const length = k < 2 ? 1 : Math.SQRT1_2;
			out[p * 4 + k] = Math.round((LINK * length) / (1 + 8 * edge * edge));
		}
	return out;
}
