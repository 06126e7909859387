import { FINE, type Frame, type Pose } from "./draw-body.ts";
import { irradiance, type Light, reflection } from "./light.ts";
import { albedoAt } from "./materials.ts";
import type { Body } from "./sketch.ts";

/** Linear colour of a triangle's surface at a sample, seen from in front (sign 1) or along the same ray from behind (−1). */
export type Shade = (
	at: number,
	triangle: number,
	sign: 1 | -1,
	out: Float64Array, // [3]
) => void;

/** How a drawn body looks under a light. */
export function createShade(
	{ positions, normals, uvs, indices, materialOf, materials }: Body,
	light: Light,
	{ back, distance }: Pick<Pose, "back" | "distance">,
	{ view }: Frame,
): Shade {
	const hit = { position: [0, 0, 0], normal: [0, 0, 0], uv: [0, 0] };
	const albedo = new Float64Array(3);
	const shine = new Float64Array(3);
	return (at, triangle, sign, out) => {
		const material = materials[materialOf[triangle]];
		surfaceAt(view, indices, positions, normals, uvs, triangle, at, hit);
		let [nx, ny, nz] = hit.normal;
		const [x, y, z] = hit.position;
		// Direction to the eye; from behind, along the same ray the other way.
		let ex = back[0] * distance - x;
		let ey = back[1] * distance - y;
		let ez = back[2] * distance - z;
		const length = Math.hypot(ex, ey, ez) * sign;
		ex /= length;
		ey /= length;
		ez /= length;
		let facing = nx * ex + ny * ey + nz * ez;
		if (facing < 0) {
			nx = -nx;
			ny = -ny;
			nz = -nz;
			facing = -facing;
		}
		irradiance(light, x, y, z, nx, ny, nz, out);
		albedoAt(material, x, y, z, hit.uv[0], hit.uv[1], albedo);
		const { gloss, metal, sharpness } = material;
		for (let c = 0; c < 3; c++) out[c] *= albedo[c] * (metal ? 1 - gloss : 1);
		if (gloss > 0) {
			reflection(
				light,
				2 * facing * nx - ex,
				2 * facing * ny - ey,
				2 * facing * nz - ez,
				sharpness,
				shine,
			);
			const fresnel = gloss * (0.08 + 0.6 * (1 - facing) ** 4);
			for (let c = 0; c < 3; c++)
				out[c] += shine[c] * (metal ? gloss * albedo[c] : fresnel);
		}
	};
}

/** A picture of a drawn body: sRGB, straight alpha. */
export function paintPicture(
	frame: Frame,
	shade: Shade,
	size: number, // pixels along a side; half as many as FINE
	exposure: number,
): Uint8Array /* [size² × 4] */ {
	const { near, nearTriangle } = frame;
	const lit = new Float64Array(3);
	const picture = new Uint8Array(size * size * 4);
	for (let j = 0; j < size; j++)
		for (let i = 0; i < size; i++) {
			const corner = j * 2 * FINE + i * 2;
			let inside = 0;
			let r = 0;
			let g = 0;
			let b = 0;
			let drawn = 0;
			for (let s = 0; s < 4; s++) {
				const at = corner + (s & 1) + (s >> 1) * FINE;
				if (near[at] === 0) continue;
				inside++;
				// Two of the four samples carry the colour: edges between parts stay soft.
				if (drawn === 1 && s !== 3) continue;
				if (drawn === 2) continue;
				shade(at, nearTriangle[at], 1, lit);
				r += lit[0];
				g += lit[1];
				b += lit[2];
				drawn++;
			}
			if (inside === 0) continue;
			const o = (j * size + i) * 4;
			picture[o] = encode((exposure * r) / drawn);
			picture[o + 1] = encode((exposure * g) / drawn);
			picture[o + 2] = encode((exposure * b) / drawn);
			picture[o + 3] = Math.round((255 * inside) / 4);
		}
	return picture;
}

/** Linear light as sRGB. */
export function encode(linear: number): number {
	const c = linear < 0 ? 0 : linear > 1 ? 1 : linear;
	return Math.round(
		255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055),
	);
}

/** Position and shading normal where a fine pixel's ray meets a triangle. */
function surfaceAt(
	view: Float32Array,
	indices: Uint32Array,
	p: Float32Array,
	normals: Float32Array,
	uvs: Float32Array | undefined,
	triangle: number,
	at: number,
	hit: {
		readonly position: number[];
		readonly normal: number[];
		readonly uv: number[];
	},
): void {
	const a = indices[triangle * 3] * 3;
	const b = indices[triangle * 3 + 1] * 3;
	const c = indices[triangle * 3 + 2] * 3;
	const ax = view[a];
	const ay = view[a + 1];
	const bx = view[b] - ax;
	const by = view[b + 1] - ay;
	const cx = view[c] - ax;
	const cy = view[c + 1] - ay;
	const px = (at % FINE) + 0.5 - ax;
	const py = Math.floor(at / FINE) + 0.5 - ay;
	const inv = 1 / (bx * cy - by * cx);
	let w1 = (px * cy - py * cx) * inv * view[b + 2];
	let w2 = (bx * py - by * px) * inv * view[c + 2];
	let w0 =
		(1 - (px * cy - py * cx) * inv - (bx * py - by * px) * inv) * view[a + 2];
	const sum = w0 + w1 + w2;
	w0 /= sum;
	w1 /= sum;
	w2 /= sum;
	let length = 0;
	for (let k = 0; k < 3; k++) {
		hit.position[k] = w0 * p[a + k] + w1 * p[b + k] + w2 * p[c + k];
		hit.normal[k] =
			w0 * normals[a + k] + w1 * normals[b + k] + w2 * normals[c + k];
		length += hit.normal[k] ** 2;
	}
	length = Math.sqrt(length) || 1;
	for (let k = 0; k < 3; k++) hit.normal[k] /= length;
	if (uvs !== undefined)
		for (let k = 0; k < 2; k++)
			hit.uv[k] =
				w0 * uvs[(a / 3) * 2 + k] +
				w1 * uvs[(b / 3) * 2 + k] +
				w2 * uvs[(c / 3) * 2 + k];
}
