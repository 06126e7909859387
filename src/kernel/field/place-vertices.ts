import type { Field } from "../../core/shape.ts";
import type { EdgeCrossings } from "./edge-crossings.ts";
import type { SurfaceGrid } from "./surface-grid.ts";

/** Vertices keep this share of the edge away from its ends, so that no two ever coincide. */
const MARGIN = 0.01;
/** Evaluations of the field per vertex after the first linear guess. */
const STEPS = 3;
const BATCH = 1024;

/**
 * Places each vertex where the field itself is zero along its edge, not where a straight line
 * between the two samples would be: regula falsi with the Illinois rule (Dowell and Jarratt, 1971).
 * Edges that end outside the grid get their vertex next to the inner end.
 */
export function placeVertices(
	field: Field,
	grid: SurfaceGrid,
	crossings: EdgeCrossings,
	onBatch: (fraction: number) => void,
): Float32Array /* [crossings.count × 3] */ {
	const { count, edges, low, high } = crossings;
	const { origin, spacing, cells } = grid;
	const rowLength = cells[0] + 1;
	const sliceLength = rowLength * (cells[1] + 1);
	const positions = new Float32Array(count * 3);
	const points = new Float32Array(BATCH * 3);
	const values = new Float32Array(BATCH);
	const start = new Float64Array(BATCH * 3); // low ends
	const a = new Float64Array(BATCH); // bracket, share of the edge
	const b = new Float64Array(BATCH);
	const fa = new Float64Array(BATCH); // field there, halved by the Illinois rule
	const fb = new Float64Array(BATCH);
	const t = new Float64Array(BATCH);

	for (let first = 0; first < count; first += BATCH) {
		onBatch(first / count);
		const size = Math.min(BATCH, count - first);
		// (1) Brackets and the linear guess.
		for (let n = 0; n < size; n++) {
			const point = Math.floor(edges[first + n] / 3);
			start[n * 3] = origin[0] + (point % rowLength) * spacing;
			start[n * 3 + 1] =
				origin[1] + (Math.floor(point / rowLength) % (cells[1] + 1)) * spacing;
			start[n * 3 + 2] = origin[2] + Math.floor(point / sliceLength) * spacing;
			a[n] = 0;
			b[n] = 1;
			fa[n] = low[first + n];
			fb[n] = high[first + n];
			t[n] = guess(0, 1, fa[n], fb[n]);
		}
		// (2) Evaluate and narrow.
		for (let step = 0; step <= STEPS; step++) {
			for (let n = 0; n < size; n++) {
				const axis = edges[first + n] % 3;
				const clamped = Math.min(1 - MARGIN, Math.max(MARGIN, t[n]));
				points[n * 3] = start[n * 3];
				points[n * 3 + 1] = start[n * 3 + 1];
				points[n * 3 + 2] = start[n * 3 + 2];
				points[n * 3 + axis] = start[n * 3 + axis] + clamped * spacing;
			}
			if (step === STEPS) break;
			field.sample(points, values, size);
			for (let n = 0; n < size; n++) {
				if (!Number.isFinite(fa[n]) || !Number.isFinite(fb[n])) continue;
				const f = values[n];
				const x = Math.min(1 - MARGIN, Math.max(MARGIN, t[n]));
				if (f < 0 === fa[n] < 0) {
					a[n] = x;
					fa[n] = f;
					if (step > 0) fb[n] *= 0.5;
				} else {
					b[n] = x;
					fb[n] = f;
					if (step > 0) fa[n] *= 0.5;
				}
				t[n] = guess(a[n], b[n], fa[n], fb[n]);
			}
		}
		positions.set(points.subarray(0, size * 3), first * 3);
	}
	return positions;
}

/** Where the line through both values is zero; the inner end where the other is not finite. */
function guess(a: number, b: number, fa: number, fb: number): number {
	if (!Number.isFinite(fb)) return fb > 0 || Number.isNaN(fb) ? a : b;
	if (!Number.isFinite(fa)) return fa > 0 || Number.isNaN(fa) ? b : a;
	const span = fa - fb;
	return span === 0 ? (a + b) / 2 : a + ((b - a) * fa) / span;
}
