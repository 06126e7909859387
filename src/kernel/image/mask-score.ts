/** What speaks for and against a set of pixels being one object in a picture. */
export interface MaskScore {
	/** Share of the picture it covers. */
	readonly areaShare: number;
	/** Mean contrast across its outline, 0 none – 1 strong. */
	readonly edge: number;
	/** Share of the picture's border it touches. */
	readonly borderShare: number;
	/** Outline² / (4π area): 1 for a disc, 5 for a chair, 20 for debris. */
	readonly raggedness: number;
	/** Mean centrality of its pixels, 1 in the middle of the picture. */
	readonly centrality: number;
}

/** Colour difference at which an edge counts 63 %, Lab units. */
const EDGE_SCALE = 12;
/** Spread of the centrality, share of the picture. */
const CENTRE_SPREAD = 0.22;

/**
 * Mean contrast between pixels three apart anywhere in the picture, on the scale of `edge`:
 * what an outline drawn at random would score.
 */
export function meanContrast(
	lab: Float32Array, // [height × width × 3]
	width: number,
	height: number,
): number {
	let sum = 0;
	let count = 0;
	for (let y = 0; y < height - 3; y++)
		for (let x = 0; x < width - 3; x++) {
			const a = (y * width + x) * 3;
			for (let axis = 0; axis < 2; axis++) {
				const b = a + (axis === 0 ? 9 : 9 * width);
				const d0 = lab[a] - lab[b];
				const d1 = lab[a + 1] - lab[b + 1];
				const d2 = lab[a + 2] - lab[b + 2];
				sum +=
					1 - Math.exp(-Math.sqrt(d0 * d0 + d1 * d1 + d2 * d2) / EDGE_SCALE);
				count++;
			}
		}
	return count > 0 ? sum / count : 0;
}

export function scoreMask(
	lab: Float32Array, // [height × width × 3]
	set: Uint8Array, // [height × width] 1: object
	width: number,
	height: number,
): MaskScore {
	let area = 0;
	let border = 0;
	let central = 0;
	let outline = 0;
	let measured = 0;
	let contrast = 0;
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) {
			const p = y * width + x;
			if (set[p] === 0) continue;
			area++;
			const u = (x + 0.5) / width - 0.5;
			const v = (y + 0.5) / height - 0.5;
			central += Math.exp(-(u * u + v * v) / (2 * CENTRE_SPREAD ** 2));
			if (x < 1 || y < 1 || x >= width - 1 || y >= height - 1) {
				border++;
				continue;
			}
			if (set[p - 1] && set[p + 1] && set[p - width] && set[p + width])
				continue;
			outline++;
			// Outward direction: towards the pixels of the neighbourhood that are not in the set.
			let nx = 0;
			let ny = 0;
			for (let dy = -2; dy <= 2; dy++)
				for (let dx = -2; dx <= 2; dx++) {
					const i = clamp(x + dx, width);
					const j = clamp(y + dy, height);
					if (set[j * width + i] !== 0) continue;
					nx += dx;
					ny += dy;
				}
			const length = Math.sqrt(nx * nx + ny * ny);
			if (length === 0) continue;
			const ix = clamp(Math.round(x - nx / length), width);
			const iy = clamp(Math.round(y - ny / length), height);
			const ox = clamp(Math.round(x + (2 * nx) / length), width);
			const oy = clamp(Math.round(y + (2 * ny) / length), height);
			const a = (iy * width + ix) * 3;
			const b = (oy * width + ox) * 3;
			const d0 = lab[a] - lab[b];
			const d1 = lab[a + 1] - lab[b + 1];
			const d2 = lab[a + 2] - lab[b + 2];
			contrast +=
				1 - Math.exp(-Math.sqrt(d0 * d0 + d1 * d1 + d2 * d2) / EDGE_SCALE);
			measured++;
		}
	return {
		areaShare: area / (width * height),
		edge: measured > 0 ? contrast / measured : 0,
		borderShare: border / (2 * (width + height)),
		raggedness: area > 0 ? (outline * outline) / (4 * Math.PI * area) : 0,
		centrality: area > 0 ? central / area : 0,
	};
}

function clamp(value: number, length: number): number {
	return value < 0 ? 0 : value >= length ? length - 1 : value;
}
