import type { Field } from "../../core/shape.ts";
import type { SilhouetteCone } from "../field/hull-field.ts";
import { sampleSilhouetteDistance } from "../image/silhouette-distance.ts";
import { cameraCentre, pixelRay, projectionMatrix } from "../math/camera.ts";

/** Rays along the longer side of a picture. */
const RAYS = 128;
/** Samples along each ray. */
const STEPS = 40;
/** Samples that are decided by the one in their middle, where that is far from the surface. */
const SPAN = 5;
/** Half of the longest way through an object of size 1 about the origin. */
const HALF_WAY = 0.88;

/**
 * How much of the object each point's rays pass through: the least, over all views, of the length inside the
 * field of the whole ray through the point. Where it is small, the part stands alone before the background in some
 * view, and its outline needs it; where it is large, other parts would explain every picture. Of a point with a chord
 * that is short enough, other views are not asked.
 */
export function leastChords(
	field: Field,
	cones: readonly SilhouetteCone[],
	points: Float64Array, // [count × 3]
	enough?: Float64Array, // [count] world units: how far below it a chord is does not matter
): Float64Array /* [count] world units */ {
	const count = points.length / 3;
	const least = new Float64Array(count).fill(2 * HALF_WAY);
	const onRay = new Float32Array(STEPS * 3);
	const middles = new Float32Array((STEPS / SPAN) * 3);
	const values = new Float32Array(STEPS);
	const step = (2 * HALF_WAY) / STEPS;
	const clear =
		1.001 * (SPAN >> 1) * step * (field.lipschitz ?? Number.POSITIVE_INFINITY);
	for (const { camera, silhouette } of cones) {
		const p = projectionMatrix(camera);
		const eye = cameraCentre(camera);
		const size = Math.max(camera.width, camera.height) / RAYS;
		const columns = Math.ceil(camera.width / size);
		const rows = Math.ceil(camera.height / size);
		const chord = new Float32Array(columns * rows).fill(-1); // −1: not asked for yet
		const speaker = new Float64Array(columns * rows * 2).fill(-1); // pixel of the first point in a cell
		for (let n = 0; n < count; n++) {
			const x = points[n * 3];
			const y = points[n * 3 + 1];
			const z = points[n * 3 + 2];
			const depth = p[8] * x + p[9] * y + p[10] * z + p[11];
			if (!(depth > 0)) continue;
			const u = (p[0] * x + p[1] * y + p[2] * z + p[3]) / depth;
			const v = (p[4] * x + p[5] * y + p[6] * z + p[7]) / depth;
			const column = Math.floor(u / size);
			const row = Math.floor(v / size);
			if (!(column >= 0 && row >= 0 && column < columns && row < rows))
				continue;
			const at = row * columns + column;
			if (speaker[at * 2] < 0) {
				// The first point in a cell speaks for it: its own ray is inside the silhouette.
				if (sampleSilhouetteDistance(silhouette, u, v) >= 0) continue;
				speaker[at * 2] = u;
				speaker[at * 2 + 1] = v;
			}
			if (enough && least[n] <= enough[n]) continue;
			if (chord[at] < 0) {
				const ray = pixelRay(camera, speaker[at * 2], speaker[at * 2 + 1]);
				const nearest = -(eye[0] * ray[0] + eye[1] * ray[1] + eye[2] * ray[2]);
				const first = nearest - HALF_WAY + 0.5 * step;
				for (let k = SPAN >> 1, n = 0; k < STEPS; k += SPAN, n++)
					for (let axis = 0; axis < 3; axis++)
						middles[n * 3 + axis] = eye[axis] + (first + k * step) * ray[axis];
				field.sample(middles, values, STEPS / SPAN);
				let inside = 0;
				let close = 0;
				for (let n = 0; n < STEPS / SPAN; n++) {
					if (values[n] < -clear) inside += SPAN;
					else if (values[n] <= clear) {
						if (values[n] < 0) inside++;
						for (let k = n * SPAN; k < (n + 1) * SPAN; k++) {
							if (k === n * SPAN + (SPAN >> 1)) continue;
							for (let axis = 0; axis < 3; axis++)
								onRay[close * 3 + axis] =
									eye[axis] + (first + k * step) * ray[axis];
							close++;
						}
					}
				}
				field.sample(onRay, values, close);
				for (let k = 0; k < close; k++) if (values[k] < 0) inside++;
				chord[at] = inside * step;
			}
			if (chord[at] < least[n]) least[n] = chord[at];
		}
	}
	return least;
}
