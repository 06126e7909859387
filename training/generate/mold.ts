import { extractSurface } from "../../src/kernel/field/extract-surface.ts";
import { type Part, unit, type Vec } from "./solids.ts";

/** A solid that melts into its neighbours. */
export interface Lump {
	readonly at: Vec;
	readonly radii: Vec;
	/** Turn about x, then about y, radians. */
	readonly tilt: number;
	readonly yaw: number;
	/** Cut out instead of put on. */
	readonly hollow?: boolean;
	/** Width of the seam to what came before. */
	readonly melt: number;
	/** Which of the parts what is nearest to it belongs to. */
	readonly group: number;
}

/** Small relief of the surface: waves of one length in all directions. */
export interface Relief {
	readonly height: number;
	readonly frequency: number;
	readonly phase: number;
}

/** What a solid has inside. */
export interface Cavity {
	/** Thickness of what is left around it. */
	readonly wall: number;
	/** Where one looks in. */
	readonly mouths: readonly Lump[];
	/** Of the inside. */
	readonly group: number;
}

/** Width of the seam between a cavity and its mouths. */
const LIP = 0.04;
/** Cells along the longest side: as fine as the pictures show. */
const RESOLUTION = 40;

/**
 * Ellipsoids blended smoothly, in order, and cut out of one another (polynomial smooth minimum, Quílez, 2013); one
 * part to each group, with the normals of the field.
 */
export function mold(
	lumps: readonly Lump[],
	relief: Relief,
	cavity?: Cavity,
): Part[] {
	const solids = lumps.map(prepare);
	const mouths = cavity?.mouths.map(prepare) ?? [];
	const { height, frequency, phase } = relief;
	const outer = (x: number, y: number, z: number): number => {
		let d = 10;
		for (const solid of solids) {
			const own = solid.distance(x, y, z);
			d = solid.hollow
				? -smoothMin(-d, own, solid.melt)
				: smoothMin(d, own, solid.melt);
		}
		if (height === 0 || d > 0.2) return d;
		const wave =
			Math.sin(x * frequency + phase) +
			Math.sin(y * frequency + 2.3 * phase + 1.7 * x) +
			Math.sin(z * frequency + 3.1 * phase + 1.3 * y);
		return d + (height / 3) * wave;
	};
	const distance = (x: number, y: number, z: number): number => {
		const d = outer(x, y, z);
		if (!cavity) return d;
		let empty = d + cavity.wall;
		for (const mouth of mouths)
			empty = smoothMin(empty, mouth.distance(x, y, z), LIP);
		return Math.max(d, -empty);
	};
	const groupAt = (x: number, y: number, z: number): number => {
		if (cavity && outer(x, y, z) < -cavity.wall / 2) return cavity.group;
		let nearest = Infinity;
		let group = 0;
		for (const solid of solids) {
			const own = Math.abs(solid.distance(x, y, z));
			if (own >= nearest) continue;
			nearest = own;
			group = solid.group;
		}
		return group;
	};
	return castField({ ...extent(lumps), distance, groupAt }, RESOLUTION);
}

/** A solid given by a field, and which of its parts a place on it belongs to. */
export interface Cast {
	readonly min: Vec;
	readonly max: Vec;
	/** Negative inside. */
	distance(x: number, y: number, z: number): number;
	groupAt(x: number, y: number, z: number): number;
}

/** The surface of a field on a grid of `resolution` cells along its longest side; one part to each group, with the field's normals. */
export function castField(
	{ min, max, distance, groupAt }: Cast,
	resolution: number,
): Part[] {
	const mesh = extractSurface(
		{
			bounds: { min, max },
			sample: (points, out, count) => {
				for (let n = 0; n < count; n++)
					out[n] = distance(
						points[n * 3],
						points[n * 3 + 1],
						points[n * 3 + 2],
					);
			},
		},
		{ resolution },
	);
	return split(mesh.positions, mesh.indices, distance, groupAt);
}

function split(
	positions: Float32Array,
	indices: Uint32Array,
	distance: (x: number, y: number, z: number) => number,
	groupAt: (x: number, y: number, z: number) => number,
): Part[] {
	const parts: Part[] = [];
	const renumbered: Map<number, number>[] = [];
	for (let t = 0; t < indices.length; t += 3) {
		const middle = [0, 1, 2].map(
			(axis) =>
				(positions[indices[t] * 3 + axis] +
					positions[indices[t + 1] * 3 + axis] +
					positions[indices[t + 2] * 3 + axis]) /
				3,
		);
		const group = groupAt(middle[0], middle[1], middle[2]);
		parts[group] ??= { positions: [], normals: [], indices: [] };
		renumbered[group] ??= new Map();
		const part = parts[group];
		for (let k = 0; k < 3; k++) {
			const vertex = indices[t + k];
			let own = renumbered[group].get(vertex);
			if (own === undefined) {
				own = part.positions.length / 3;
				renumbered[group].set(vertex, own);
				const x = positions[vertex * 3];
				const y = positions[vertex * 3 + 1];
				const z = positions[vertex * 3 + 2];
				part.positions.push(x, y, z);
				part.normals.push(...slope(distance, x, y, z));
			}
			part.indices.push(own);
		}
	}
	return parts;
}

function slope(
	distance: (x: number, y: number, z: number) => number,
	x: number,
	y: number,
	z: number,
): Vec {
	const h = 0.004;
	const a = distance(x + h, y, z) - distance(x - h, y, z);
	const b = distance(x, y + h, z) - distance(x, y - h, z);
	const c = distance(x, y, z + h) - distance(x, y, z - h);
	return unit([a, b, c]);
}

function prepare({ at, radii, tilt, yaw, hollow, melt, group }: Lump): {
	distance(x: number, y: number, z: number): number;
	readonly hollow: boolean;
	readonly melt: number;
	readonly group: number;
} {
	const [ct, st] = [Math.cos(tilt), Math.sin(tilt)];
	const [cy, sy] = [Math.cos(yaw), Math.sin(yaw)];
	return {
		hollow: hollow ?? false,
		melt,
		group,
		distance: (x, y, z) => {
			const dx = x - at[0];
			const dz = z - at[2];
			const px = cy * dx - sy * dz;
			const pz = sy * dx + cy * dz;
			const dy = y - at[1];
			const py = ct * dy + st * pz;
			const qz = ct * pz - st * dy;
			const a = px / radii[0];
			const b = py / radii[1];
			const c = qz / radii[2];
			const inner = Math.hypot(a, b, c);
			const outer = Math.hypot(a / radii[0], b / radii[1], c / radii[2]);
			return outer > 0
				? (inner * (inner - 1)) / outer
				: -Math.min(radii[0], radii[1], radii[2]);
		},
	};
}

/** The lesser of two distances, without a crease where they meet; `melt` wide. */
export function smoothMin(a: number, b: number, melt: number): number {
	const h = Math.max(0, melt - Math.abs(a - b)) / melt;
	return Math.min(a, b) - (h * h * melt) / 4;
}

function extent(lumps: readonly Lump[]): {
	min: Vec;
	max: Vec;
} {
	const min: [number, number, number] = [Infinity, Infinity, Infinity];
	const max: [number, number, number] = [-Infinity, -Infinity, -Infinity];
	for (const { at, radii, hollow } of lumps) {
		if (hollow) continue;
		const reach = Math.max(...radii) + 0.1;
		for (let axis = 0; axis < 3; axis++) {
			min[axis] = Math.min(min[axis], at[axis] - reach);
			max[axis] = Math.max(max[axis], at[axis] + reach);
		}
	}
	return { min, max };
}
