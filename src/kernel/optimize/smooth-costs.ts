/** Costs of a row of depths for each pixel of a box. */
export interface CostVolume {
	readonly columns: number;
	readonly rows: number;
	/** Depths per pixel. */
	readonly count: number;
	/** How many of them, from the first, may be chosen; 0 off the object. */
	readonly ends: Int32Array; // [rows × columns]
	readonly costs: Float32Array; // [rows × columns × count]
}

export interface SmoothCostsOptions {
	/** Price of a change by one depth between pixels side by side. */
	readonly smallStep: number;
	/** Price of any larger change. */
	readonly largeStep: number;
}

/** Where costs come from: left, right, above, below. */
const STEPS: readonly (readonly [number, number])[] = [
	[1, 0],
	[-1, 0],
	[0, 1],
	[0, -1],
];

/**
 * Costs with those of the neighbourhood in them, so that places without texture follow places with
 * some: per pixel and depth the mean, over the four lines of pixels that end there, of the least
 * total of any row of depths along the line (semi-global matching: Hirschmüller, 2008).
 *
 * `paths` is scratch.
 */
export function smoothCosts(
	{ columns, rows, count, ends, costs }: CostVolume,
	{ smallStep, largeStep }: SmoothCostsOptions,
	out: Float32Array, // [rows × columns × count]
	paths: Float32Array, // [rows × columns × (count + 2)]
): void {
	const size = rows * columns;
	const stride = count + 2; // a guard on both sides
	const least = new Float64Array(size);
	const share = 1 / STEPS.length;
	out.fill(0, 0, size * count);
	for (const [dx, dy] of STEPS) {
		const back = dx + dy < 0;
		const firstColumn = dx > 0 ? 0 : dx < 0 ? columns - 1 : -1;
		const firstRow = dy > 0 ? 0 : dy < 0 ? rows - 1 : -1;
		const before = -dy * columns - dx;
		for (let i = 0; i < size; i++) {
			const n = back ? size - 1 - i : i;
			const end = ends[n];
			if (end === 0) continue;
			const at = n * count;
			const to = n * stride + 1;
			const first =
				n % columns === firstColumn ||
				((n / columns) | 0) === firstRow ||
				ends[n + before] === 0;
			let lowest = Infinity;
			if (first)
				for (let k = 0; k < end; k++) {
					const value = costs[at + k];
					paths[to + k] = value;
					out[at + k] += share * value;
					if (value < lowest) lowest = value;
				}
			else {
				const base = least[n + before];
				const jump = base + largeStep;
				const from = (n + before) * stride + 1;
				let left = Infinity;
				let here = paths[from];
				for (let k = 0; k < end; k++) {
					const right = paths[from + k + 1];
					const beside = (left < right ? left : right) + smallStep;
					let through = here < jump ? here : jump;
					if (beside < through) through = beside;
					left = here;
					here = right;
					const value = costs[at + k] + through - base;
					paths[to + k] = value;
					out[at + k] += share * value;
					if (value < lowest) lowest = value;
				}
			}
			for (let k = end; k <= count; k++) paths[to + k] = Infinity;
			least[n] = lowest;
		}
	}
}
