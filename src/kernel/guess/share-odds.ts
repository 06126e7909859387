import { projectionMatrix } from "../math/camera.ts";
import type { DepthGuess } from "./find-hollows.ts";

/** How far behind another view's surface a point may lie to be seen by it; cells of that view. */
const SEEN_CELLS = 1.5;
/** No view is surer than this. */
const MOST_ODDS = 5;

/**
 * The odds of hollows after the views have spoken with each other: at each cell the mean over all views that see the
 * surface there. Who looks into a hollow from elsewhere sees it too; who sees none has a say.
 */
export function shareOdds(
	guesses: readonly DepthGuess[],
): Float32Array[] /* per guess [height × width] logarithms */ {
	const projections = guesses.map(({ camera }) => projectionMatrix(camera));
	return guesses.map(({ camera, first, odds }, index) => {
		const { width, fx, fy, cx, cy, worldFromCamera: m } = camera;
		return odds.map((own, at) => {
			const d = first[at];
			if (d === 0) return own;
			const a = (((at % width) + 0.5 - cx) / fx) * d;
			const b = (-(Math.floor(at / width) + 0.5 - cy) / fy) * d;
			const x = m[0] * a + m[1] * b - m[2] * d + m[3];
			const y = m[4] * a + m[5] * b - m[6] * d + m[7];
			const z = m[8] * a + m[9] * b - m[10] * d + m[11];
			let sum = bounded(own);
			let count = 1;
			for (let o = 0; o < guesses.length; o++) {
				if (o === index) continue;
				const other = guesses[o];
				const p = projections[o];
				const depth = p[8] * x + p[9] * y + p[10] * z + p[11];
				const u = (p[0] * x + p[1] * y + p[2] * z + p[3]) / depth;
				const v = (p[4] * x + p[5] * y + p[6] * z + p[7]) / depth;
				if (
					!(
						u >= 0 &&
						v >= 0 &&
						u < other.camera.width &&
						v < other.camera.height
					)
				)
					continue;
				const there = (v | 0) * other.camera.width + (u | 0);
				const surface = other.first[there];
				const near = (SEEN_CELLS * depth) / other.camera.fx;
				if (surface === 0 || depth > surface + near) continue;
				sum += bounded(other.odds[there]);
				count++;
			}
			return sum / count;
		});
	});
}

function bounded(odds: number): number {
	return Math.max(-MOST_ODDS, Math.min(MOST_ODDS, odds));
}
