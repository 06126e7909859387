import type { Box } from "../../core/mesh.ts";
import type { Field } from "../../core/shape.ts";
import type { SilhouetteCone } from "../../kernel/field/hull-field.ts";
import { cameraCentre } from "../../kernel/math/camera.ts";

/** Cosine of the angle within which lines of sight count as one. */
const PARALLEL = 0.9;
/** Depth at the outline, as a share of the radius: grids must not lose it. */
const LEAST_DEPTH = 0.1;
/** Points along each side of the plane on which the widest place is looked for. */
const GRID = 96;
/** Of the least depth: how finely the line is searched for the hull. */
const STEP = 0.8;
/** A point of the plane and its eight neighbours. */
const AROUND = [-1, 0, 1].flatMap((row) =>
	[-1, 0, 1].map((column) => row * GRID + column),
);
const RIM_PASSES = 8;
const SWEEPS = 300;
const OVERRELAXATION = 1.9;

/** The one line along which all views look, and where the object is taken to stand on it. */
export interface OpenLine {
	readonly direction: readonly [number, number, number]; // unit
	readonly middle: number; // world units along it
	/** Radius of the widest ball between the outlines, world units. */
	readonly radius: number;
	readonly plane: Plane;
	/**
	 * From the middle to where the hull is nearest to it, along the line, over the plane. A view sees what is close to
	 * it large: where outlines differ, the object cannot be at the middle.
	 */
	readonly shift: Float32Array; // [GRID × GRID], world units
}

/** The square across the line through the middle. */
interface Plane {
	readonly corner: readonly [number, number, number];
	/** Unit vectors along its sides. */
	readonly u: readonly number[]; // [3]
	readonly v: readonly number[]; // [3]
	readonly side: number; // world units
}

/** Null where the views look along more than one line: then they bound the depth themselves. */
export function findOpenLine(
	field: Field,
	cones: readonly SilhouetteCone[],
): OpenLine | null {
	const sight = cones.map(({ camera: { worldFromCamera: m } }) => [
		-m[2],
		-m[6],
		-m[10],
	]);
	const [x, y, z] = sight[0];
	for (const [a, b, c] of sight)
		if (Math.abs(a * x + b * y + c * z) < PARALLEL) return null;
	const { min, max } = field.bounds;
	const centre = [0, 1, 2].map((k) => (min[k] + max[k]) / 2);
	const eyes = cones.map(({ camera }) => cameraCentre(camera));
	const along = eyes.map(([a, b, c]) => a * x + b * y + c * z);
	const opposed = Math.max(...along) - Math.min(...along) > 1e-3;
	const middle = opposed
		? (Math.max(...along) + Math.min(...along)) / 2
		: centre[0] * x + centre[1] * y + centre[2] * z;
	// Points of the plane through the middle, across the line.
	const side = Math.max(...[0, 1, 2].map((k) => max[k] - min[k]));
	const up = Math.abs(y) < 0.7 ? [0, 1, 0] : [1, 0, 0];
	const u = [
		up[1] * z - up[2] * y,
		up[2] * x - up[0] * z,
		up[0] * y - up[1] * x,
	];
	const uLength = Math.hypot(u[0], u[1], u[2]);
	for (let k = 0; k < 3; k++) u[k] /= uLength;
	const v = [y * u[2] - z * u[1], z * u[0] - x * u[2], x * u[1] - y * u[0]];
	const toMiddle = middle - (centre[0] * x + centre[1] * y + centre[2] * z);
	const corner = [0, 1, 2].map(
		(k) => centre[k] + toMiddle * sight[0][k] - (side / 2) * (u[k] + v[k]),
	) as [number, number, number];
	const plane: Plane = { corner, u, v, side };
	const points = pointsOf(plane);
	const values = new Float32Array(GRID * GRID);
	field.sample(points, values, GRID * GRID);
	let radius = 0;
	for (const value of values) if (-value > radius) radius = -value;
	if (radius === 0) return null;
	const direction = [x, y, z] as const;
	const shift = shiftsTo(field, points, values, direction, radius);
	return { direction, middle, radius, plane, shift };
}

/** The middle of each cell of the plane. */
function pointsOf({ corner, u, v, side }: Plane): Float32Array {
	const points = new Float32Array(GRID * GRID * 3);
	for (let n = 0; n < GRID * GRID; n++) {
		const s = (side * ((n % GRID) + 0.5)) / GRID;
		const t = (side * (Math.floor(n / GRID) + 0.5)) / GRID;
		for (let k = 0; k < 3; k++)
			points[n * 3 + k] = corner[k] + s * u[k] + t * v[k];
	}
	return points;
}

/** How far each point has to go along the line, either way, to be inside. */
function shiftsTo(
	field: Field,
	points: Float32Array,
	values: Float32Array,
	direction: readonly [number, number, number],
	radius: number,
): Float32Array {
	const { min, max } = field.bounds;
	const step = STEP * LEAST_DEPTH * radius;
	const length = direction.reduce(
		(sum, d, k) => sum + Math.abs(d) * (max[k] - min[k]),
		0,
	);
	const shift = new Float32Array(GRID * GRID).fill(Number.NaN);
	let open: number[] = [];
	for (let n = 0; n < GRID * GRID; n++)
		if (values[n] <= 0) shift[n] = 0;
		else open.push(n);
	for (let k = 1; k * step < length && open.length > 0; k++)
		for (const way of [k * step, -k * step]) {
			const moved = new Float32Array(open.length * 3);
			for (let i = 0; i < open.length; i++)
				for (let c = 0; c < 3; c++)
					moved[i * 3 + c] = points[open[i] * 3 + c] + way * direction[c];
			const there = new Float32Array(open.length);
			field.sample(moved, there, open.length);
			for (let i = 0; i < open.length; i++)
				if (there[i] <= 0) shift[open[i]] = way;
			open = open.filter((_, i) => there[i] > 0);
		}
	settle(shift);
	return spread(shift);
}

/**
 * Only the outline says where the object is: its shifts, evened out along it, are carried inwards by Laplace's equation,
 * so that a head before a body moves as a whole and leaves no fins.
 */
function settle(shift: Float32Array): void {
	const inside: number[] = [];
	const rim: number[] = [];
	for (let n = 0; n < shift.length; n++) {
		if (Number.isNaN(shift[n])) continue;
		const column = n % GRID;
		const atSide =
			column === 0 || column === GRID - 1 || n < GRID || n >= GRID * (GRID - 1);
		const isRim =
			atSide ||
			[n - 1, n + 1, n - GRID, n + GRID].some((m) => Number.isNaN(shift[m]));
		(isRim ? rim : inside).push(n);
	}
	const onRim = new Uint8Array(shift.length);
	for (const n of rim) onRim[n] = 1;
	for (let pass = 0; pass < RIM_PASSES; pass++) {
		const evened = rim.map((n) => {
			let sum = 0;
			let count = 0;
			for (const m of AROUND.map((offset) => n + offset)) {
				if (onRim[m] !== 1) continue;
				sum += shift[m];
				count++;
			}
			return sum / count;
		});
		for (const [k, n] of rim.entries()) shift[n] = evened[k];
	}
	for (let sweep = 0; sweep < SWEEPS; sweep++)
		for (const n of inside)
			shift[n] +=
				OVERRELAXATION *
				((shift[n - 1] + shift[n + 1] + shift[n - GRID] + shift[n + GRID]) / 4 -
					shift[n]);
}

/** Points that no way leads inside from take what their neighbours have: outlines run between the points. */
function spread(shift: Float32Array): Float32Array {
	let edge: number[] = [];
	for (let n = 0; n < shift.length; n++)
		if (!Number.isNaN(shift[n])) edge.push(n);
	while (edge.length > 0) {
		const next: number[] = [];
		for (const n of edge) {
			const column = n % GRID;
			const neighbours = [
				column > 0 ? n - 1 : n,
				column < GRID - 1 ? n + 1 : n,
				n >= GRID ? n - GRID : n,
				n < GRID * (GRID - 1) ? n + GRID : n,
			];
			for (const m of neighbours)
				if (Number.isNaN(shift[m])) {
					shift[m] = shift[n];
					next.push(m);
				}
		}
		edge = next;
	}
	return shift;
}

/**
 * The field rounded off along the open line: as deep as wide, like a body inflated between its outlines. A guess, but
 * a believable one; the hull itself would be a long prism.
 */
export function roundOff(
	field: Field,
	{ direction: [x, y, z], middle, radius, plane, shift }: OpenLine,
	bounds: Box,
): Field {
	const { corner, u, v, side } = plane;
	/** Bilinear, held at the plane's sides. */
	const shiftAt = (px: number, py: number, pz: number): number => {
		const dx = px - corner[0];
		const dy = py - corner[1];
		const dz = pz - corner[2];
		const last = GRID - 1;
		const s = ((dx * u[0] + dy * u[1] + dz * u[2]) / side) * GRID - 0.5;
		const t = ((dx * v[0] + dy * v[1] + dz * v[2]) / side) * GRID - 0.5;
		const sHeld = Math.min(last, Math.max(0, s));
		const tHeld = Math.min(last, Math.max(0, t));
		const column = Math.min(last - 1, Math.floor(sHeld));
		const row = Math.min(last - 1, Math.floor(tHeld));
		const a = sHeld - column;
		const n = row * GRID + column;
		const near = shift[n] + a * (shift[n + 1] - shift[n]);
		const far = shift[n + GRID] + a * (shift[n + GRID + 1] - shift[n + GRID]);
		return near + (tHeld - row) * (far - near);
	};
	return {
		bounds,
		sample(points, out, count) {
			field.sample(points, out, count);
			for (let n = 0; n < count; n++) {
				const inside = -out[n];
				if (inside <= 0) continue;
				const half =
					LEAST_DEPTH * radius +
					(inside >= radius
						? radius
						: Math.sqrt(inside * (2 * radius - inside)));
				const px = points[n * 3];
				const py = points[n * 3 + 1];
				const pz = points[n * 3 + 2];
				const along = x * px + y * py + z * pz - middle;
				const beyond = Math.abs(along - shiftAt(px, py, pz)) - half;
				if (beyond > out[n]) out[n] = beyond;
			}
		},
	};
}

/** The box cut to where the rounded field can be. */
export function roundedBox(
	{ min, max }: Box,
	{ direction, middle, radius, shift }: OpenLine,
): Box {
	const axis = direction.findIndex((d) => Math.abs(d) > 0.99);
	if (axis < 0) return { min, max };
	let least = 0;
	let most = 0;
	for (const value of shift) {
		least = Math.min(least, value);
		most = Math.max(most, value);
	}
	const ends = [middle + least, middle + most].map((m) => m / direction[axis]);
	const reach = (1.05 + LEAST_DEPTH) * radius;
	const low = [...min] as [number, number, number];
	const high = [...max] as [number, number, number];
	low[axis] = Math.max(low[axis], Math.min(...ends) - reach);
	high[axis] = Math.min(high[axis], Math.max(...ends) + reach);
	return low[axis] < high[axis] ? { min: low, max: high } : { min, max };
}
