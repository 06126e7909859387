/**
 * Where to move the vertices of two crossing triangles so that the line along which they cross
 * gets shorter (Volino and Magnenat-Thalmann, "Resolving surface collisions through intersection
 * contour minimization", 2006). It needs no notion of inside, and no state before the crossing:
 * a thin plate turned inside out is inflated, a gap that overlaps is opened, because either way
 * the line closes in on itself and vanishes.
 */
export interface Pushes {
	readonly sum: Float64Array; // [vertexCount × 3] unit directions, weighted
	readonly weight: Float64Array; // [vertexCount]
	readonly reach: Float64Array; // [vertexCount] longest step, world units: follows the triangles' size
}

/** Below this |edge · normal| an edge counts as lying in the plane. */
const LEAST_SLOPE = 0.05;

/**
 * Adds the pushes of one pair of crossing triangles: one for each edge of either that pierces the
 * other. An edge belongs to two triangles; the one with the smaller half-edge speaks for it.
 */
export function addContourPush(
	positions: Float32Array, // [vertexCount × 3]
	indices: Uint32Array, // [triangleCount × 3]
	opposite: Int32Array, // [triangleCount × 3]
	s: number,
	t: number,
	pushes: Pushes,
): void {
	addPierced(positions, indices, opposite, s * 3, t * 3, pushes);
	addPierced(positions, indices, opposite, t * 3, s * 3, pushes);
}

const ON_PLANE = new Float64Array(3);
const PULL = new Float64Array(3);

/** The edges of the triangle at `own` that pierce the triangle at `other`. */
function addPierced(
	p: Float32Array,
	indices: Uint32Array,
	opposite: Int32Array,
	own: number,
	other: number,
	{ sum, weight, reach }: Pushes,
): void {
	const ta = indices[other] * 3;
	const tb = indices[other + 1] * 3;
	const tc = indices[other + 2] * 3;
	// (1) The pierced plane.
	const ux = p[tb] - p[ta];
	const uy = p[tb + 1] - p[ta + 1];
	const uz = p[tb + 2] - p[ta + 2];
	const vx = p[tc] - p[ta];
	const vy = p[tc + 1] - p[ta + 1];
	const vz = p[tc + 2] - p[ta + 2];
	const n = ON_PLANE;
	n[0] = uy * vz - uz * vy;
	n[1] = uz * vx - ux * vz;
	n[2] = ux * vy - uy * vx;
	const area = Math.sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]);
	if (!(area > 0)) return;
	n[0] /= area;
	n[1] /= area;
	n[2] /= area;
	const step = Math.sqrt(area);
	for (let k = 0; k < 3; k++) {
		const h = own + k;
		if (opposite[h] >= 0 && opposite[h] < h) continue;
		const v0 = indices[h];
		const v1 = indices[own + (k === 2 ? 0 : k + 1)];
		const i = v0 * 3;
		const j = v1 * 3;
		const d0 =
			n[0] * (p[i] - p[ta]) +
			n[1] * (p[i + 1] - p[ta + 1]) +
			n[2] * (p[i + 2] - p[ta + 2]);
		const d1 =
			n[0] * (p[j] - p[ta]) +
			n[1] * (p[j + 1] - p[ta + 1]) +
			n[2] * (p[j + 2] - p[ta + 2]);
		if (!(d0 * d1 < 0)) continue;
		// (2) Where the edge meets the plane, in the triangle's own coordinates.
		const along = d0 / (d0 - d1);
		const wx = p[i] + along * (p[j] - p[i]) - p[ta];
		const wy = p[i + 1] + along * (p[j + 1] - p[i + 1]) - p[ta + 1];
		const wz = p[i + 2] + along * (p[j + 2] - p[i + 2]) - p[ta + 2];
		const atB =
			((wy * vz - wz * vy) * n[0] +
				(wz * vx - wx * vz) * n[1] +
				(wx * vy - wy * vx) * n[2]) /
			area;
		const atC =
			((uy * wz - uz * wy) * n[0] +
				(uz * wx - ux * wz) * n[1] +
				(ux * wy - uy * wx) * n[2]) /
			area;
		if (atB < 0 || atC < 0 || atB + atC > 1) continue;
		// (3) What both triangles at the edge ask for.
		PULL.fill(0);
		addPull(p, indices, h, n, PULL);
		if (opposite[h] >= 0) addPull(p, indices, opposite[h], n, PULL);
		const g = Math.sqrt(PULL[0] ** 2 + PULL[1] ** 2 + PULL[2] ** 2);
		if (!(g > 1e-9)) continue;
		const shares = [1 - along, along, atB + atC - 1, -atB, -atC];
		const ends = [
			v0,
			v1,
			indices[other],
			indices[other + 1],
			indices[other + 2],
		];
		for (let m = 0; m < 5; m++) {
			const v = ends[m];
			sum[v * 3] += (shares[m] * PULL[0]) / g;
			sum[v * 3 + 1] += (shares[m] * PULL[1]) / g;
			sum[v * 3 + 2] += (shares[m] * PULL[2]) / g;
			weight[v] += Math.abs(shares[m]);
			if (step > reach[v]) reach[v] = step;
		}
	}
}

/** The way to move half-edge h so that the line in its own triangle gets shorter. */
function addPull(
	p: Float32Array,
	indices: Uint32Array,
	h: number,
	n: Float64Array, // [3] normal of the pierced plane
	pull: Float64Array, // [3]
): void {
	const own = h - (h % 3);
	const a = indices[h] * 3;
	const b = indices[own + ((h + 1) % 3)] * 3;
	const c = indices[own + ((h + 2) % 3)] * 3;
	let ex = p[b] - p[a];
	let ey = p[b + 1] - p[a + 1];
	let ez = p[b + 2] - p[a + 2];
	const fx = p[c] - p[a];
	const fy = p[c + 1] - p[a + 1];
	const fz = p[c + 2] - p[a + 2];
	const mx = ey * fz - ez * fy;
	const my = ez * fx - ex * fz;
	const mz = ex * fy - ey * fx;
	const rx = my * n[2] - mz * n[1];
	const ry = mz * n[0] - mx * n[2];
	const rz = mx * n[1] - my * n[0];
	const length = Math.sqrt(ex * ex + ey * ey + ez * ez);
	let r = Math.sqrt(rx * rx + ry * ry + rz * rz);
	if (!(r > 0 && length > 0)) return;
	ex /= length;
	ey /= length;
	ez /= length;
	// Into the triangle: on the same side of the edge as its third corner.
	const inward =
		rx * (my * ez - mz * ey) +
		ry * (mz * ex - mx * ez) +
		rz * (mx * ey - my * ex);
	if (inward < 0) r = -r;
	let slope = ex * n[0] + ey * n[1] + ez * n[2];
	if (Math.abs(slope) < LEAST_SLOPE)
		slope = slope < 0 ? -LEAST_SLOPE : LEAST_SLOPE;
	const lift = (-2 * (ex * rx + ey * ry + ez * rz)) / (r * slope);
	pull[0] += rx / r + lift * n[0];
	pull[1] += ry / r + lift * n[1];
	pull[2] += rz / r + lift * n[2];
}
