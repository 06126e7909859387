export interface BorderFloodOptions {
	/** Largest distance to the background model, Lab units. */
	readonly threshold: number;
	/** Also pass through soft shadow: darker, same hue, small steps. Default true. */
	readonly throughShadow?: boolean;
}

/** How much darker than the lit background a shadow may be, as a share of its lightness. */
const DARKEST_SHADOW = 0.5;
/** Largest step of lightness from pixel to pixel inside a shadow, Lab units. */
const SHADOW_STEP = 2.5;
/** Largest difference of a and b inside a shadow, Lab units. */
const SHADOW_CHROMA = 7;

/**
 * Background reached from the border of the picture through pixels that look like `residual`
 * says, and on through soft shadow on it.
 */
export function borderFlood(
	lab: Float32Array, // [height × width × 3]
	residual: Float32Array, // [height × width] distance to the background model
	width: number,
	height: number,
	options: BorderFloodOptions,
): Uint8Array /* [height × width] 1: background */ {
	const { threshold } = options;
	const throughShadow = options.throughShadow ?? true;
	const count = width * height;
	const out = new Uint8Array(count);
	// Colour of the lit background that a shadow was entered from.
	const lit = new Int32Array(count).fill(-1);
	const queue = new Int32Array(count);
	let head = 0;
	let tail = 0;
	for (let p = 0; p < count; p++) {
		const y = (p / width) | 0;
		const x = p - y * width;
		if (x > 0 && y > 0 && x < width - 1 && y < height - 1) continue;
		if (residual[p] > threshold) continue;
		out[p] = 1;
		lit[p] = p;
		queue[tail++] = p;
	}
	while (head < tail) {
		const p = queue[head++];
		const y = (p / width) | 0;
		const x = p - y * width;
		for (let side = 0; side < 4; side++) {
			const u = x + (side === 0 ? 1 : side === 1 ? -1 : 0);
			const v = y + (side === 2 ? 1 : side === 3 ? -1 : 0);
			if (u < 0 || v < 0 || u >= width || v >= height) continue;
			const q = v * width + u;
			if (out[q] === 1) continue;
			if (residual[q] <= threshold) lit[q] = q;
			else if (throughShadow && isShadowStep(lab, lit[p], p, q))
				lit[q] = lit[p];
			else continue;
			out[q] = 1;
			queue[tail++] = q;
		}
	}
	return out;
}

function isShadowStep(
	lab: Float32Array,
	lit: number,
	from: number,
	to: number,
): boolean {
	const light = lab[lit * 3];
	const here = lab[to * 3];
	if (here > light + 1 || here < light * DARKEST_SHADOW) return false;
	if (Math.abs(here - lab[from * 3]) > SHADOW_STEP) return false;
	// In shadow a and b shrink with the light.
	const shade = here / Math.max(1, light);
	const da = lab[to * 3 + 1] - lab[lit * 3 + 1] * shade;
	const db = lab[to * 3 + 2] - lab[lit * 3 + 2] * shade;
	return da * da + db * db <= SHADOW_CHROMA * SHADOW_CHROMA;
}
