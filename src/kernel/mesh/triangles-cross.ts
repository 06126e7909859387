/**
 * Whether two triangles share more than they may: a crossing, or area in a common plane.
 *
 * Decided by the signs of tetrahedra's volumes alone, each with a bound of its rounding error
 * (Shewchuk, "Adaptive precision floating-point arithmetic and fast robust geometric predicates",
 * 1997, stage A); a volume within its bound counts as zero. A crossing needs an edge whose ends lie
 * strictly on both sides of the other triangle's plane, so triangles that only touch do not cross.
 */
export function trianglesCross(
	corners: Float32Array, // [triangleCount × 9]
	vertexOf: Uint32Array, // [triangleCount × 3] equal for equal positions
	s: number,
	t: number,
): boolean {
	// (1) Turn both so that common vertices come first.
	let shared = 0;
	let si = -1; // a common corner of s, and of t
	let ti = -1;
	let sj = -1; // a second one
	let tj = -1;
	for (let i = 0; i < 3; i++) {
		const v = vertexOf[s * 3 + i];
		for (let j = 0; j < 3; j++)
			if (v === vertexOf[t * 3 + j]) {
				shared++;
				if (si < 0) {
					si = i;
					ti = j;
				} else {
					sj = i;
					tj = j;
				}
			}
	}
	if (shared >= 3) return hasArea(corners, s) && hasArea(corners, t);
	const so = s * 9;
	const to = t * 9;
	if (shared === 2) {
		// Along a common edge they overlap only when folded flat onto each other.
		const a = so + si * 3;
		const b = so + sj * 3;
		const c = so + (3 - si - sj) * 3;
		const d = to + (3 - ti - tj) * 3;
		return (
			volumeSign(corners, a, b, c, d) === 0 &&
			hasArea(corners, s) &&
			hasArea(corners, t) &&
			coplanarOverlap(corners, so, to)
		);
	}
	if (shared === 1) {
		const a = so + si * 3;
		const b = so + ((si + 1) % 3) * 3;
		const c = so + ((si + 2) % 3) * 3;
		const e = to + ((ti + 1) % 3) * 3;
		const f = to + ((ti + 2) % 3) * 3;
		const se = volumeSign(corners, a, b, c, e);
		const sf = volumeSign(corners, a, b, c, f);
		if (se === 0 && sf === 0)
			return (
				hasArea(corners, s) &&
				hasArea(corners, t) &&
				coplanarOverlap(corners, so, to)
			);
		// Beyond the common vertex one of the opposite edges must pierce the other triangle.
		if (se * sf > 0) return false;
		if (se * sf < 0 && pierces(corners, e, f, a, b, c)) return true;
		const sb = volumeSign(corners, a, e, f, b);
		const sc = volumeSign(corners, a, e, f, c);
		return sb * sc < 0 && pierces(corners, b, c, a, e, f);
	}

	// (2) No common vertex: the signs of each one's corners against the other's plane.
	const a = so;
	const b = so + 3;
	const c = so + 6;
	const d = to;
	const e = to + 3;
	const f = to + 6;
	const sd = volumeSign(corners, a, b, c, d);
	const se = volumeSign(corners, a, b, c, e);
	const sf = volumeSign(corners, a, b, c, f);
	if (sd === 0 && se === 0 && sf === 0)
		return (
			hasArea(corners, s) &&
			hasArea(corners, t) &&
			coplanarOverlap(corners, so, to)
		);
	if ((sd >= 0 && se >= 0 && sf >= 0) || (sd <= 0 && se <= 0 && sf <= 0))
		return false;
	const sa = volumeSign(corners, d, e, f, a);
	const sb = volumeSign(corners, d, e, f, b);
	const sc = volumeSign(corners, d, e, f, c);
	if ((sa >= 0 && sb >= 0 && sc >= 0) || (sa <= 0 && sb <= 0 && sc <= 0))
		return false;
	return (
		(sd * se < 0 && pierces(corners, d, e, a, b, c)) ||
		(se * sf < 0 && pierces(corners, e, f, a, b, c)) ||
		(sf * sd < 0 && pierces(corners, f, d, a, b, c)) ||
		(sa * sb < 0 && pierces(corners, a, b, d, e, f)) ||
		(sb * sc < 0 && pierces(corners, b, c, d, e, f)) ||
		(sc * sa < 0 && pierces(corners, c, a, d, e, f))
	);
}

/** Whether the line p q, whose ends lie on both sides of the plane, passes within triangle a b c. */
function pierces(
	corners: Float32Array,
	p: number,
	q: number,
	a: number,
	b: number,
	c: number,
): boolean {
	const ab = volumeSign(corners, p, q, a, b);
	const bc = volumeSign(corners, p, q, b, c);
	if (ab * bc < 0) return false;
	const ca = volumeSign(corners, p, q, c, a);
	return ab * ca >= 0 && bc * ca >= 0 && (ab !== 0 || bc !== 0 || ca !== 0);
}

/** Relative error of the determinant below: (7 + 56 ε) ε with ε = 2⁻⁵³. */
const VOLUME_ERROR = 7.771561172376103e-16;
/** Relative error of a 2 × 2 determinant of differences: (3 + 16 ε) ε. */
const AREA_ERROR = 3.3306690738754716e-16;

/** Sign of the volume of the tetrahedron with corners at offsets a, b, c, d; 0 when in doubt. */
function volumeSign(
	p: Float32Array,
	a: number,
	b: number,
	c: number,
	d: number,
): number {
	const dx = p[d];
	const dy = p[d + 1];
	const dz = p[d + 2];
	const ax = p[a] - dx;
	const ay = p[a + 1] - dy;
	const az = p[a + 2] - dz;
	const bx = p[b] - dx;
	const by = p[b + 1] - dy;
	const bz = p[b + 2] - dz;
	const cx = p[c] - dx;
	const cy = p[c + 1] - dy;
	const cz = p[c + 2] - dz;
	const bxcy = bx * cy;
	const cxby = cx * by;
	const cxay = cx * ay;
	const axcy = ax * cy;
	const axby = ax * by;
	const bxay = bx * ay;
	const det = az * (bxcy - cxby) + bz * (cxay - axcy) + cz * (axby - bxay);
	const bound =
		VOLUME_ERROR *
		((Math.abs(bxcy) + Math.abs(cxby)) * Math.abs(az) +
			(Math.abs(cxay) + Math.abs(axcy)) * Math.abs(bz) +
			(Math.abs(axby) + Math.abs(bxay)) * Math.abs(cz));
	return det > bound ? 1 : det < -bound ? -1 : 0;
}

function hasArea(p: Float32Array, triangle: number): boolean {
	const o = triangle * 9;
	return (
		areaSign(p, o, o + 3, o + 6, 0, 1) !== 0 ||
		areaSign(p, o, o + 3, o + 6, 1, 2) !== 0 ||
		areaSign(p, o, o + 3, o + 6, 2, 0) !== 0
	);
}

/** Sign of the area of triangle a b c projected onto axes i and j; 0 when in doubt. */
function areaSign(
	p: Float32Array,
	a: number,
	b: number,
	c: number,
	i: number,
	j: number,
): number {
	const left = (p[a + i] - p[c + i]) * (p[b + j] - p[c + j]);
	const right = (p[a + j] - p[c + j]) * (p[b + i] - p[c + i]);
	const det = left - right;
	const bound = AREA_ERROR * (Math.abs(left) + Math.abs(right));
	return det > bound ? 1 : det < -bound ? -1 : 0;
}

/** Whether two triangles in one plane share area: no edge of either separates them. */
function coplanarOverlap(p: Float32Array, s: number, t: number): boolean {
	// Project along the largest part of the normal.
	const ux = p[s + 3] - p[s];
	const uy = p[s + 4] - p[s + 1];
	const uz = p[s + 5] - p[s + 2];
	const vx = p[s + 6] - p[s];
	const vy = p[s + 7] - p[s + 1];
	const vz = p[s + 8] - p[s + 2];
	const nx = Math.abs(uy * vz - uz * vy);
	const ny = Math.abs(uz * vx - ux * vz);
	const nz = Math.abs(ux * vy - uy * vx);
	const i = nx >= ny && nx >= nz ? 1 : ny >= nz ? 2 : 0;
	const j = i === 2 ? 0 : i + 1;
	return !hasSeparatingEdge(p, s, t, i, j) && !hasSeparatingEdge(p, t, s, i, j);
}

/** Whether all of `other` lies on or beyond one edge of `own`. */
function hasSeparatingEdge(
	p: Float32Array,
	own: number,
	other: number,
	i: number,
	j: number,
): boolean {
	for (let k = 0; k < 3; k++) {
		const a = own + k * 3;
		const b = own + ((k + 1) % 3) * 3;
		const inside = areaSign(p, a, b, own + ((k + 2) % 3) * 3, i, j);
		if (
			areaSign(p, a, b, other, i, j) * inside <= 0 &&
			areaSign(p, a, b, other + 3, i, j) * inside <= 0 &&
			areaSign(p, a, b, other + 6, i, j) * inside <= 0
		)
			return true;
	}
	return false;
}
