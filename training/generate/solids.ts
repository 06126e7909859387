/** Closed (or shell-like) pieces of surface that the families put together. Their orientation is of no account. */
export interface Part {
	readonly positions: number[]; // [vertexCount × 3]
	readonly normals: number[]; // [vertexCount × 3] unit length, of either sign
	readonly indices: number[]; // [triangleCount × 3]
}

export type Vec = readonly [number, number, number];
export type Outline = readonly (readonly [number, number])[];

/** Edges sharper than this stay sharp; cosine. */
const CREASE = Math.cos((35 * Math.PI) / 180);

/** A net of nu × nv points with smooth normals; `wrap` closes it along u. */
export function net(
	nu: number,
	nv: number,
	at: (i: number, j: number) => Vec,
	wrap = false,
): Part {
	const positions: number[] = [];
	for (let j = 0; j < nv; j++)
		for (let i = 0; i < nu; i++) positions.push(...at(i, j));
	const indices: number[] = [];
	for (let j = 0; j + 1 < nv; j++)
		for (let i = 0; i < (wrap ? nu : nu - 1); i++) {
			const a = j * nu + i;
			const b = j * nu + ((i + 1) % nu);
			indices.push(a, b, a + nu, b, b + nu, a + nu);
		}
	return shade({ positions, normals: [], indices });
}

/** Normals anew from the triangles, weighted by area. */
export function shade(part: Part): Part {
	const { positions: p, normals, indices } = part;
	normals.length = p.length;
	normals.fill(0);
	for (let t = 0; t < indices.length; t += 3) {
		const a = indices[t] * 3;
		const b = indices[t + 1] * 3;
		const c = indices[t + 2] * 3;
		const ux = p[b] - p[a];
		const uy = p[b + 1] - p[a + 1];
		const uz = p[b + 2] - p[a + 2];
		const vx = p[c] - p[a];
		const vy = p[c + 1] - p[a + 1];
		const vz = p[c + 2] - p[a + 2];
		const nx = uy * vz - uz * vy;
		const ny = uz * vx - ux * vz;
		const nz = ux * vy - uy * vx;
		for (const at of [a, b, c]) {
			normals[at] += nx;
			normals[at + 1] += ny;
			normals[at + 2] += nz;
		}
	}
	for (let n = 0; n < normals.length; n += 3) {
		const length = Math.hypot(normals[n], normals[n + 1], normals[n + 2]) || 1;
		normals[n] /= length;
		normals[n + 1] /= length;
		normals[n + 2] /= length;
	}
	return part;
}

export function join(...parts: readonly Part[]): Part {
	const out: Part = { positions: [], normals: [], indices: [] };
	for (const { positions, normals, indices } of parts) {
		const first = out.positions.length / 3;
		for (const x of positions) out.positions.push(x);
		for (const x of normals) out.normals.push(x);
		for (const index of indices) out.indices.push(first + index);
	}
	return out;
}

export function copy({ positions, normals, indices }: Part): Part {
	return {
		positions: positions.slice(),
		normals: normals.slice(),
		indices: indices.slice(),
	};
}

export function move(part: Part, x: number, y: number, z: number): Part {
	const { positions: p } = part;
	for (let n = 0; n < p.length; n += 3) {
		p[n] += x;
		p[n + 1] += y;
		p[n + 2] += z;
	}
	return part;
}

export function stretch(part: Part, x: number, y: number, z: number): Part {
	const { positions: p, normals: m } = part;
	for (let n = 0; n < p.length; n += 3) {
		p[n] *= x;
		p[n + 1] *= y;
		p[n + 2] *= z;
		const a = m[n] / x;
		const b = m[n + 1] / y;
		const c = m[n + 2] / z;
		const length = Math.hypot(a, b, c) || 1;
		m[n] = a / length;
		m[n + 1] = b / length;
		m[n + 2] = c / length;
	}
	return part;
}

/** Turns about an axis (0 x, 1 y, 2 z) through the origin, right-handed, radians. */
export function turn(part: Part, axis: 0 | 1 | 2, angle: number): Part {
	const c = Math.cos(angle);
	const s = Math.sin(angle);
	const i = (axis + 1) % 3;
	const j = (axis + 2) % 3;
	for (const list of [part.positions, part.normals])
		for (let n = 0; n < list.length; n += 3) {
			const a = list[n + i];
			const b = list[n + j];
			list[n + i] = c * a - s * b;
			list[n + j] = s * a + c * b;
		}
	return part;
}

/** The part and its mirror image across x = 0. */
export function both(part: Part): Part {
	return join(part, stretch(copy(part), -1, 1, 1));
}

/** Moves every point by a rule; normals follow. */
export function warp(
	part: Part,
	rule: (x: number, y: number, z: number) => Vec,
): Part {
	const { positions: p } = part;
	for (let n = 0; n < p.length; n += 3) {
		const [x, y, z] = rule(p[n], p[n + 1], p[n + 2]);
		p[n] = x;
		p[n + 1] = y;
		p[n + 2] = z;
	}
	return shade(part);
}

/** A box of these half sides with rounded edges. */
export function box(hx: number, hy: number, hz: number, round = 0.15): Part {
	const r = Math.max(1e-3, Math.min(hx, hy, hz) * Math.min(1, round * 2));
	const steps = r > 0.25 * Math.max(hx, hy, hz) ? 4 : 2;
	const us: number[] = [];
	for (let q = 0; q < 4; q++)
		for (let k = 0; k <= steps; k++) us.push(((q + k / steps) * Math.PI) / 2);
	const vs: number[] = [];
	for (let q = -1; q < 1; q++)
		for (let k = 0; k <= steps; k++) vs.push(((q + k / steps) * Math.PI) / 2);
	const quarter = steps + 1;
	const part: Part = { positions: [], normals: [], indices: [] };
	for (const [j, v] of vs.entries())
		for (const [i, u] of us.entries()) {
			const x = Math.cos(v) * Math.cos(u);
			const y = Math.sin(v);
			const z = Math.cos(v) * Math.sin(u);
			const q = Math.floor(i / quarter);
			part.positions.push(
				(q === 0 || q === 3 ? 1 : -1) * (hx - r) + r * x,
				(j < quarter ? -1 : 1) * (hy - r) + r * y,
				(q < 2 ? 1 : -1) * (hz - r) + r * z,
			);
			part.normals.push(x, y, z);
		}
	const width = us.length;
	for (let j = 0; j + 1 < vs.length; j++)
		for (let i = 0; i < width; i++) {
			const a = j * width + i;
			const b = j * width + ((i + 1) % width);
			part.indices.push(a, b, a + width, b, b + width, a + width);
		}
	// Bottom and top: the rows at the poles are rectangles, not points.
	for (const row of [0, vs.length - 1]) {
		const corner = (q: number): number => row * width + q * quarter;
		part.indices.push(corner(0), corner(1), corner(2));
		part.indices.push(corner(0), corner(2), corner(3));
	}
	return part;
}

export function ball(rx: number, ry: number, rz: number, rows = 12): Part {
	return superquadric(rx, ry, rz, 1, 1, rows);
}

/** Exponents: 1 round, 0.2 box-like, 2 a double cone (Barr, 1981). */
export function superquadric(
	rx: number,
	ry: number,
	rz: number,
	north: number,
	east: number,
	rows = 14,
): Part {
	const nu = rows * 2;
	const power = (x: number, e: number): number =>
		Math.sign(x) * Math.abs(x) ** e;
	return net(
		nu,
		rows + 1,
		(i, j) => {
			const u = (2 * Math.PI * i) / nu;
			const v = Math.PI * (j / rows - 0.5);
			const ring = power(Math.cos(v), north);
			return [
				rx * ring * power(Math.cos(u), east),
				ry * power(Math.sin(v), north),
				rz * ring * power(Math.sin(u), east),
			];
		},
		true,
	);
}

/** A profile [radius, height] turned about y; sharp corners of the profile stay sharp. */
export function lathe(profile: Outline, segments = 20): Part {
	const strips: (readonly [number, number])[][] = [[profile[0]]];
	for (let k = 1; k < profile.length; k++) {
		const strip = strips[strips.length - 1];
		strip.push(profile[k]);
		if (
			k + 1 < profile.length &&
			cosine(profile[k - 1], profile[k], profile[k + 1]) < CREASE
		)
			strips.push([profile[k]]);
	}
	return join(
		...strips.map((strip) =>
			net(
				segments,
				strip.length,
				(i, j) => {
					const u = (2 * Math.PI * i) / segments;
					const [r, y] = strip[j];
					return [r * Math.cos(u), y, r * Math.sin(u)];
				},
				true,
			),
		),
	);
}

function cosine(
	a: readonly [number, number],
	b: readonly [number, number],
	c: readonly [number, number],
): number {
	const ux = b[0] - a[0];
	const uy = b[1] - a[1];
	const vx = c[0] - b[0];
	const vy = c[1] - b[1];
	return (
		(ux * vx + uy * vy) / (Math.hypot(ux, uy) * Math.hypot(vx, vy) + 1e-12)
	);
}

/** A cylinder or cone frustum along y with closed ends. */
export function drum(
	bottom: number,
	top: number,
	halfHeight: number,
	segments = 20,
): Part {
	return lathe(
		[
			[0, -halfHeight],
			[bottom, -halfHeight],
			[top, halfHeight],
			[0, halfHeight],
		],
		segments,
	);
}

/** Smooth curve through points, n samples (Catmull and Rom, 1974). */
export function curve(points: readonly Vec[], n: number): Vec[] {
	const out: Vec[] = [];
	const last = points.length - 1;
	for (let k = 0; k < n; k++) {
		const t = (k / (n - 1)) * last;
		const s = Math.min(last - 1, Math.floor(t));
		const f = t - s;
		const [a, b, c, d] = [s - 1, s, s + 1, s + 2].map(
			(m) => points[Math.max(0, Math.min(last, m))],
		);
		const at = (axis: 0 | 1 | 2): number =>
			0.5 *
			(2 * b[axis] +
				(c[axis] - a[axis]) * f +
				(2 * a[axis] - 5 * b[axis] + 4 * c[axis] - d[axis]) * f * f +
				(3 * b[axis] - a[axis] - 3 * c[axis] + d[axis]) * f * f * f);
		out.push([at(0), at(1), at(2)]);
	}
	return out;
}

export interface TubeOptions {
	readonly samples?: number;
	readonly segments?: number;
	/** Half width across `up` as a multiple of the radius. Default 1. */
	readonly width?: number;
	readonly up?: Vec;
	/** Flat ends instead of round ones. */
	readonly flat?: boolean;
	/** Section exponent: 1 ellipse, smaller is boxier. */
	readonly square?: number;
}

/** A round bar along a smooth curve; `radii` are given at the points and blended between. */
export function tube(
	points: readonly Vec[],
	radii: readonly number[],
	options: TubeOptions = {},
): Part {
	const { samples = 4 * points.length, segments = 12, width = 1 } = options;
	const { up = [0, 1, 0], flat = false, square = 1 } = options;
	const path = curve(points, samples);
	const radius = curve(
		radii.map((r): Vec => [r, 0, 0]),
		samples,
	).map(([r]) => Math.max(1e-3, r));
	// (1) Rows: the curve's samples, and at each end some that close it.
	const rows: { at: number; along: number; scale: number }[] = [];
	const caps = flat ? [0, 0.98] : [0, 0.35, 0.65, 0.87];
	for (const s of caps)
		rows.push({
			at: 0,
			along: flat ? 0 : -Math.sqrt(1 - s * s),
			scale: s,
		});
	for (let k = 0; k < samples; k++) rows.push({ at: k, along: 0, scale: 1 });
	for (const s of caps.toReversed())
		rows.push({
			at: samples - 1,
			along: flat ? 0 : Math.sqrt(1 - s * s),
			scale: s,
		});
	// (2) A frame at each sample that keeps `up`.
	const frames = path.map((_, k) => {
		const a = path[Math.max(0, k - 1)];
		const b = path[Math.min(samples - 1, k + 1)];
		const t = unit([b[0] - a[0], b[1] - a[1], b[2] - a[2]]);
		let side = cross(t, up);
		if (Math.hypot(...side) < 0.05) side = cross(t, [0.1, 0.05, 1]);
		side = unit(side);
		return { t, side, over: cross(side, t) };
	});
	const power = (x: number): number => Math.sign(x) * Math.abs(x) ** square;
	return net(
		segments,
		rows.length,
		(i, j) => {
			const { at, along, scale } = rows[j];
			const { t, side, over } = frames[at];
			const r = radius[at];
			const u = (2 * Math.PI * i) / segments;
			const c = power(Math.cos(u)) * r * width * scale;
			const s = power(Math.sin(u)) * r * scale;
			const p = path[at];
			return [
				p[0] + side[0] * c + over[0] * s + t[0] * along * r,
				p[1] + side[1] * c + over[1] * s + t[1] * along * r,
				p[2] + side[2] * c + over[2] * s + t[2] * along * r,
			];
		},
		true,
	);
}

/** A straight bar between two points. */
export function bar(
	a: Vec,
	b: Vec,
	ra: number,
	rb: number = ra,
	flat: boolean = false,
): Part {
	return tube([a, b], [ra, rb], { samples: 3, segments: 10, flat });
}

function cross(a: Vec, b: Vec): Vec {
	return [
		a[1] * b[2] - a[2] * b[1],
		a[2] * b[0] - a[0] * b[2],
		a[0] * b[1] - a[1] * b[0],
	];
}

export function unit(a: Vec): Vec {
	const length = Math.hypot(...a) || 1;
	return [a[0] / length, a[1] / length, a[2] / length];
}

/** A ring about y: radius of its middle, radii of the bar. */
export function torus(
	radius: number,
	rx: number,
	ry: number = rx,
	from: number = 0,
	to: number = 2 * Math.PI,
): Part {
	const whole = to - from > 6.28;
	const n = whole ? 28 : 16;
	return net(
		10,
		n + 1,
		(i, j) => {
			const u = (2 * Math.PI * i) / 10;
			const v = from + ((to - from) * j) / n;
			const r = radius + rx * Math.cos(u);
			return [r * Math.cos(v), ry * Math.sin(u), r * Math.sin(v)];
		},
		true,
	);
}

/** A flat outline in xy given depth along z; edges may be rounded by `bevel`. */
export function extrude(
	outline: Outline,
	halfDepth: number,
	bevel: number = 0.02,
): Part {
	const inner = inset(outline, bevel);
	const flat = triangulate(inner);
	const parts: Part[] = [];
	const d = Math.max(halfDepth * 0.3, halfDepth - bevel);
	for (const side of [-1, 1])
		parts.push({
			positions: inner.flatMap(([x, y]) => [x, y, side * halfDepth]),
			normals: inner.flatMap(() => [0, 0, side]),
			indices: flat.slice(),
		});
	parts.push(
		band(inner, halfDepth, outline, d),
		band(outline, d, outline, -d),
		band(outline, -d, inner, -halfDepth),
	);
	return join(...parts);
}

/** An extruded outline with a hole of as many corners. */
export function extrudeRing(
	outline: Outline,
	hole: Outline,
	halfDepth: number,
): Part {
	return join(
		band(outline, halfDepth, outline, -halfDepth),
		band(hole, halfDepth, hole, -halfDepth),
		band(outline, halfDepth, hole, halfDepth),
		band(outline, -halfDepth, hole, -halfDepth),
	);
}

/** Quads between two closed outlines, creased at their sharp corners. */
function band(a: Outline, za: number, b: Outline, zb: number): Part {
	const parts: Part[] = [];
	const n = a.length;
	let run: number[] = [0];
	for (let k = 1; k <= n; k++) {
		run.push(k % n);
		const sharp =
			cosine(a[(k - 1) % n], a[k % n], a[(k + 1) % n]) < CREASE || k === n;
		if (!sharp) continue;
		const list = run;
		parts.push(
			net(list.length, 2, (i, j) => {
				const [x, y] = (j === 0 ? a : b)[list[i]];
				return [x, y, j === 0 ? za : zb];
			}),
		);
		run = [k % n];
	}
	return join(...parts);
}

function inset(outline: Outline, by: number): Outline {
	const n = outline.length;
	let area = 0;
	for (let k = 0; k < n; k++) {
		const [ax, ay] = outline[k];
		const [bx, by2] = outline[(k + 1) % n];
		area += ax * by2 - bx * ay;
	}
	const sign = area > 0 ? 1 : -1;
	return outline.map(([x, y], k) => {
		const a = outline[(k + n - 1) % n];
		const b = outline[(k + 1) % n];
		const tx = b[0] - a[0];
		const ty = b[1] - a[1];
		const length = Math.hypot(tx, ty) || 1;
		return [x - (sign * by * ty) / length, y + (sign * by * tx) / length];
	});
}

/** Ears cut one after the other (Meisters, 1975). */
function triangulate(outline: Outline): number[] {
	const left = outline.map((_, k) => k);
	let area = 0;
	for (let k = 0; k < left.length; k++) {
		const a = outline[k];
		const b = outline[(k + 1) % left.length];
		area += a[0] * b[1] - b[0] * a[1];
	}
	const sign = area > 0 ? 1 : -1;
	const side = (a: number, b: number, c: number): number =>
		sign *
		((outline[b][0] - outline[a][0]) * (outline[c][1] - outline[a][1]) -
			(outline[b][1] - outline[a][1]) * (outline[c][0] - outline[a][0]));
	const out: number[] = [];
	while (left.length > 3) {
		let cut = -1;
		for (let k = 0; k < left.length && cut < 0; k++) {
			const a = left[(k + left.length - 1) % left.length];
			const b = left[k];
			const c = left[(k + 1) % left.length];
			if (side(a, b, c) <= 0) continue;
			const free = left.every(
				(p) =>
					p === a ||
					p === b ||
					p === c ||
					!(side(a, b, p) >= 0 && side(b, c, p) >= 0 && side(c, a, p) >= 0),
			);
			if (free) cut = k;
		}
		if (cut < 0) cut = 0;
		const a = left[(cut + left.length - 1) % left.length];
		const c = left[(cut + 1) % left.length];
		out.push(a, left[cut], c);
		left.splice(cut, 1);
	}
	out.push(...left);
	return out;
}

/** A ball with swellings and dents: rows of [direction, width, height as a share of the radius]. */
export function sculpture(
	rx: number,
	ry: number,
	rz: number,
	bumps: readonly {
		readonly to: Vec;
		readonly width: number;
		readonly height: number;
	}[],
	rows = 22,
): Part {
	const nu = rows * 2;
	const units = bumps.map(({ to, width, height }) => ({
		to: unit(to),
		width,
		height,
	}));
	return net(
		nu,
		rows + 1,
		(i, j) => {
			const u = (2 * Math.PI * i) / nu;
			const v = Math.PI * (j / rows - 0.5);
			const x = Math.cos(v) * Math.cos(u);
			const y = Math.sin(v);
			const z = Math.cos(v) * Math.sin(u);
			let r = 1;
			for (const { to, width, height } of units) {
				const d2 = (x - to[0]) ** 2 + (y - to[1]) ** 2 + (z - to[2]) ** 2;
				r += height * Math.exp(-d2 / (2 * width * width));
			}
			r = Math.max(0.08, r);
			return [rx * r * x, ry * r * y, rz * r * z];
		},
		true,
	);
}

/** A thin curved sheet over the unit square: both faces and the rim. */
export function sheet(
	n: number,
	m: number,
	at: (u: number, v: number) => Vec,
	halfThickness: number,
): Part {
	const middle = net(n, m, (i, j) => at(i / (n - 1), j / (m - 1)));
	const { positions: p, normals: q } = middle;
	const side = (sign: number): Vec[] =>
		Array.from({ length: n * m }, (_, k) => {
			const i = k % n;
			const j = Math.floor(k / n);
			const edge = i === 0 || j === 0 || i === n - 1 || j === m - 1 ? 0.3 : 1;
			const h = sign * halfThickness * edge;
			return [
				p[k * 3] + h * q[k * 3],
				p[k * 3 + 1] + h * q[k * 3 + 1],
				p[k * 3 + 2] + h * q[k * 3 + 2],
			];
		});
	const top = side(1);
	const bottom = side(-1);
	const ring: number[] = [];
	for (let i = 0; i < n - 1; i++) ring.push(i);
	for (let j = 0; j < m - 1; j++) ring.push(j * n + n - 1);
	for (let i = n - 1; i > 0; i--) ring.push((m - 1) * n + i);
	for (let j = m - 1; j > 0; j--) ring.push(j * n);
	return join(
		net(n, m, (i, j) => top[j * n + i]),
		net(n, m, (i, j) => bottom[j * n + i]),
		net(ring.length, 2, (i, j) => (j === 0 ? top : bottom)[ring[i]], true),
	);
}
