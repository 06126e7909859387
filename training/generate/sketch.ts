import { createDice, type Dice } from "./dice.ts";
import { createMaterial, type Material, type Tone } from "./materials.ts";
import type { Part, Vec } from "./solids.ts";

/** What a family draws into. Up is +y, the front faces +z. */
export interface Sketch {
	readonly dice: Dice;
	/** A new material; parts name it by its number. */
	paint(tone?: Tone): number;
	add(material: number, ...parts: Part[]): void;
}

export type Family = (sketch: Sketch) => void;

/** Triangles of a whole object, centred, the longest half side of its box 1. */
export interface Body {
	readonly positions: Float32Array; // [vertexCount × 3]
	readonly normals: Float32Array; // [vertexCount × 3]
	/** Where on the textures, from the top left; only with objects that have some. */
	readonly uvs?: Float32Array; // [vertexCount × 2]
	readonly indices: Uint32Array; // [triangleCount × 3]
	readonly materialOf: Uint8Array; // [triangleCount]
	readonly materials: readonly Material[];
}

export function sketchBody(family: Family, seed: number): Body {
	const dice = createDice(seed);
	const materials: Material[] = [];
	const drawn: { material: number; part: Part }[] = [];
	family({
		dice,
		paint(tone = "any") {
			materials.push(createMaterial(dice, tone));
			return materials.length - 1;
		},
		add(material, ...parts) {
			for (const part of parts) drawn.push({ material, part });
		},
	});

	const body = joinBody(drawn, materials);
	reshape(body, dice);
	return body;
}

/** Triangles of one material, of a drawn solid or a file. */
export interface Piece {
	readonly positions: ArrayLike<number>; // [vertexCount × 3]
	readonly normals: ArrayLike<number>; // [vertexCount × 3]
	readonly indices: ArrayLike<number>; // [triangleCount × 3]
	readonly uvs?: Float32Array; // [vertexCount × 2]
}

/** Parts in one, each with its material. */
export function joinBody(
	drawn: readonly {
		readonly material: number;
		readonly part: Piece;
	}[],
	materials: readonly Material[],
): Body {
	let vertexCount = 0;
	let indexCount = 0;
	for (const { part } of drawn) {
		vertexCount += part.positions.length / 3;
		indexCount += part.indices.length;
	}
	const body = {
		positions: new Float32Array(vertexCount * 3),
		normals: new Float32Array(vertexCount * 3),
		indices: new Uint32Array(indexCount),
		materialOf: new Uint8Array(indexCount / 3),
		materials,
		...(drawn.some(({ part }) => part.uvs)
			? { uvs: new Float32Array(vertexCount * 2) }
			: {}),
	};
	let vertex = 0;
	let index = 0;
	for (const { part, material } of drawn) {
		body.positions.set(part.positions, vertex * 3);
		body.normals.set(part.normals, vertex * 3);
		if (part.uvs) body.uvs?.set(part.uvs, vertex * 2);
		for (let n = 0; n < part.indices.length; n++)
			body.indices[index + n] = part.indices[n] + vertex;
		body.materialOf.fill(
			material,
			index / 3,
			(index + part.indices.length) / 3,
		);
		vertex += part.positions.length / 3;
		index += part.indices.length;
	}
	return body;
}

/** Other proportions, now and then a slant, a twist or a fall; then centred and scaled. */
export function reshape(
	{ positions: p, normals: m }: Pick<Body, "positions" | "normals">,
	dice: Dice,
): void {
	const factor: Vec = [0.2, 0.2, 0.2].map((spread) =>
		Math.exp(spread * dice.normal()),
	) as unknown as Vec;
	const slant = dice.chance(0.12) ? 0.25 * dice.normal() : 0;
	const lie = dice.chance(0.06) ? dice.pick([-1, 1, 2]) * (Math.PI / 2) : 0;
	const lean = dice.chance(0.1) ? 0.3 * dice.normal() : 0;
	const c = Math.cos(lie + lean);
	const s = Math.sin(lie + lean);
	const min = [Infinity, Infinity, Infinity];
	const max = [-Infinity, -Infinity, -Infinity];
	for (let n = 0; n < p.length; n += 3) {
		const x = p[n] * factor[0];
		const y = p[n + 1] * factor[1];
		const z = p[n + 2] * factor[2] + slant * y;
		p[n] = c * x - s * y;
		p[n + 1] = s * x + c * y;
		p[n + 2] = z;
		// Normals by the inverse transpose.
		const a = m[n] / factor[0];
		const e = m[n + 2] / factor[2];
		const b = (m[n + 1] - slant * m[n + 2]) / factor[1];
		const nx = c * a - s * b;
		const ny = s * a + c * b;
		const length = Math.hypot(nx, ny, e) || 1;
		m[n] = nx / length;
		m[n + 1] = ny / length;
		m[n + 2] = e / length;
		for (let axis = 0; axis < 3; axis++) {
			min[axis] = Math.min(min[axis], p[n + axis]);
			max[axis] = Math.max(max[axis], p[n + axis]);
		}
	}
	const half = Math.max(max[0] - min[0], max[1] - min[1], max[2] - min[2]) / 2;
	for (let n = 0; n < p.length; n += 3)
		for (let axis = 0; axis < 3; axis++)
			p[n + axis] = (p[n + axis] - (min[axis] + max[axis]) / 2) / half;
}
