/**
 * Rows of texels that a triangle covers. Both functions write [first, end) for each row from the
 * returned `spans.top` on into `spans.bounds` and return the number of rows.
 */
export interface TexelSpans {
	top: number; // first row
	bounds: Int32Array; // [rowCount × 2] first column, column after the last; first >= end: none
}

/** A buffer for textures up to `size` rows. */
export function createTexelSpans(size: number): TexelSpans {
	return { top: 0, bounds: new Int32Array(2 * (size + 2)) };
}

/** Sub-texel steps that corners are snapped to: shared edges then divide texels without gaps or doubles. */
const STEPS = 256;

/**
 * Texels whose centre lies inside, edges shared fairly: over triangles that meet along edges and do
 * not overlap, every centre is counted once. Winding does not matter. Clipped to width × height.
 */
export function centreSpans(
	spans: TexelSpans,
	ax: number,
	ay: number,
	bx: number,
	by: number,
	cx: number,
	cy: number,
	width: number,
	height: number,
): number {
	const x0 = Math.round(ax * STEPS);
	const y0 = Math.round(ay * STEPS);
	let x1 = Math.round(bx * STEPS);
	let y1 = Math.round(by * STEPS);
	let x2 = Math.round(cx * STEPS);
	let y2 = Math.round(cy * STEPS);
	const area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
	if (area === 0) return 0;
	if (area < 0) {
		const x = x1;
		const y = y1;
		x1 = x2;
		y1 = y2;
		x2 = x;
		y2 = y;
	}
	const half = STEPS / 2;
	const top = Math.max(0, Math.ceil((Math.min(y0, y1, y2) - half) / STEPS));
	const bottom = Math.min(
		height - 1,
		Math.floor((Math.max(y0, y1, y2) - half) / STEPS),
	);
	spans.top = top;
	const { bounds } = spans;
	let rows = 0;
	for (let row = top; row <= bottom; row++) {
		const py = row * STEPS + half;
		let low = -half; // inclusive, sub-texel column of the centre
		let high = width * STEPS - half;
		for (let edge = 0; edge < 3; edge++) {
			const sx = edge === 0 ? x0 : edge === 1 ? x1 : x2;
			const sy = edge === 0 ? y0 : edge === 1 ? y1 : y2;
			const dx = (edge === 0 ? x1 : edge === 1 ? x2 : x0) - sx;
			const dy = (edge === 0 ? y1 : edge === 1 ? y2 : y0) - sy;
			// Inside: dx (py − sy) − dy (px − sx) > 0, or = 0 on edges that own their points.
			const d = dx * (py - sy);
			if (dy > 0) {
				// px <= sx + d / dy; this side does not own its points
				const limit = Math.ceil(sx + d / dy) - 1;
				if (limit < high) high = limit;
			} else if (dy < 0) {
				const limit = Math.ceil(sx + d / dy);
				if (limit > low) low = limit;
			} else if (d < 0 || (d === 0 && dx < 0)) high = low - 1;
		}
		bounds[2 * rows] = Math.max(0, Math.ceil((low - half) / STEPS));
		bounds[2 * rows + 1] = Math.floor((high - half) / STEPS) + 1;
		rows++;
	}
	return rows;
}

/** Every texel whose square the triangle touches, degenerate triangles too. Clipped to width × height. */
export function touchedSpans(
	spans: TexelSpans,
	ax: number,
	ay: number,
	bx: number,
	by: number,
	cx: number,
	cy: number,
	width: number,
	height: number,
): number {
	const top = Math.min(
		height - 1,
		Math.max(0, Math.floor(Math.min(ay, by, cy))),
	);
	const bottom = Math.max(
		0,
		Math.min(height - 1, Math.floor(Math.max(ay, by, cy))),
	);
	spans.top = top;
	const { bounds } = spans;
	if (top === bottom) {
		bounds[0] = Math.max(0, Math.floor(Math.min(ax, bx, cx)));
		bounds[1] = Math.min(width, Math.floor(Math.max(ax, bx, cx)) + 1);
		return 1;
	}
	let rows = 0;
	for (let row = top; row <= bottom; row++) {
		let low = Number.POSITIVE_INFINITY;
		let high = Number.NEGATIVE_INFINITY;
		for (let edge = 0; edge < 3; edge++) {
			const sx = edge === 0 ? ax : edge === 1 ? bx : cx;
			const sy = edge === 0 ? ay : edge === 1 ? by : cy;
			const tx = edge === 0 ? bx : edge === 1 ? cx : ax;
			const ty = edge === 0 ? by : edge === 1 ? cy : ay;
			if (sy < row ? ty < row : sy > row + 1 && ty > row + 1) continue;
			const slope = ty === sy ? 0 : (tx - sx) / (ty - sy);
			const p =
				sy < row
					? sx + (row - sy) * slope
					: sy > row + 1
						? sx + (row + 1 - sy) * slope
						: sx;
			const q =
				ty < row
					? sx + (row - sy) * slope
					: ty > row + 1
						? sx + (row + 1 - sy) * slope
						: tx;
			if (p < low) low = p;
			if (q < low) low = q;
			if (p > high) high = p;
			if (q > high) high = q;
		}
		bounds[2 * rows] = Math.max(0, Math.floor(low));
		bounds[2 * rows + 1] =
			high >= low ? Math.min(width, Math.floor(high) + 1) : 0;
		if (high < low) bounds[2 * rows] = 0;
		rows++;
	}
	return rows;
}
