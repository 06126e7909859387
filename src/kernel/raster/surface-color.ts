import type { TexturedMesh } from "../../core/asset.ts";
import type { Camera } from "../../core/camera.ts";
import { projectionMatrix } from "../math/camera.ts";
import type { Shade } from "./draw-pixels.ts";
import {
	addTexture,
	buildMipChain,
	LOOKUP_TEXELS,
	LOOKUP_U,
	LOOKUP_V,
	LOOKUP_WEIGHT,
	type MipChain,
} from "./mip-chain.ts";

/** Linear grey of a mesh that has neither texture nor colours. */
const PLAIN = 0.6;
/** A lookup strays at most this many texels outside the samples: inside any gutter. */
const MAX_SHIFT = 1;

/**
 * Makes a shade function for the base colour: from the texture, else the vertex colours, else plain grey.
 *
 * A pixel that covers one texel or less is one bilinear lookup at the pixel's centre, so a texture drawn 1 : 1 comes
 * out unchanged whatever the sample count, across triangle edges too. A larger footprint spreads its lookups over the pixel and
 * takes them from the mip level that fills the gaps between them. The footprint is exact under perspective; where
 * it is longer than wide, its length counts half, which keeps slanted surfaces sharp.
 */
export function createSurfaceColor(
	textured: TexturedMesh,
	camera: Camera,
	samples: number,
	mips?: MipChain,
): Shade {
	const { mesh, baseColor } = textured;
	const { indices, uvs, colors } = mesh;
	if (baseColor && uvs) {
		const chain = mips ?? buildMipChain(baseColor);
		return shadeTexture(textured, uvs, chain, camera, samples);
	}
	if (!colors)
		return (_triangle, _count, _b, _c, out) => {
			out[0] = PLAIN;
			out[1] = PLAIN;
			out[2] = PLAIN;
		};
	return (triangle, count, b, c, out) => {
		let weightB = 0;
		let weightC = 0;
		for (let k = 0; k < count; k++) {
			weightB += b[k];
			weightC += c[k];
		}
		weightB /= count;
		weightC /= count;
		const weightA = 1 - weightB - weightC;
		const i = indices[triangle * 3] * 4;
		const j = indices[triangle * 3 + 1] * 4;
		const k = indices[triangle * 3 + 2] * 4;
		for (let n = 0; n < 3; n++)
			out[n] =
				weightA * colors[i + n] +
				weightB * colors[j + n] +
				weightC * colors[k + n];
	};
}

function shadeTexture(
	textured: TexturedMesh,
	uvs: Float32Array,
	chain: MipChain,
	camera: Camera,
	samples: number,
): Shade {
	const { positions, indices } = textured.mesh;
	const { width, height } = chain.levels[0];
	const projected = projectToPixels(positions, camera);
	const s = new Float64Array(18); // what `prepareTriangle` says about the last triangle
	const lookup = new Float64Array(4);
	let last = -1;
	return (triangle, count, b, c, out, x, y) => {
		if (triangle !== last) {
			last = triangle;
			const i = indices[triangle * 3];
			const j = indices[triangle * 3 + 1];
			const k = indices[triangle * 3 + 2];
			prepareTriangle(projected, uvs, i, j, k, width, height, s);
		}
		const ua = s[U];
		const va = s[V];
		const uab = s[U_B];
		const vab = s[V_B];
		const uac = s[U_C];
		const vac = s[V_C];
		const wa = s[W];
		// (1) The middle of the samples, in texels.
		let weightB = 0;
		let weightC = 0;
		for (let k = 0; k < count; k++) {
			weightB += b[k];
			weightC += c[k];
		}
		weightB /= count;
		weightC /= count;
		let u = ua + weightB * uab + weightC * uac;
		let v = va + weightB * vab + weightC * vac;

		// (2) The footprint of the pixel there.
		const depth = s[DEPTH] + weightB * s[DEPTH_B] + weightC * s[DEPTH_C];
		const ux = s[U_X];
		const uy = s[U_Y];
		const vx = s[V_X];
		const vy = s[V_Y];
		const wx = s[W_X];
		const wy = s[W_Y];
		const dux = depth * (ux - u * wx);
		const duy = depth * (uy - u * wy);
		const dvx = depth * (vx - v * wx);
		const dvy = depth * (vy - v * wy);
		const longest = Math.max(dux * dux + dvx * dvx, duy * duy + dvy * dvy);
		const texels = Math.sqrt(
			Math.max(Math.abs(dux * dvy - duy * dvx), longest / 4),
		);
		out[0] = 0;
		out[1] = 0;
		out[2] = 0;
		if (!(texels < Infinity)) {
			lookup[LOOKUP_U] = u / width;
			lookup[LOOKUP_V] = v / height;
			lookup[LOOKUP_TEXELS] = 1;
			lookup[LOOKUP_WEIGHT] = 1;
			addTexture(chain, lookup, out);
			return;
		}

		// (3) Move from there to the middle of the pixel, but never far off the triangle.
		const px = x + 0.5 - s[PIXEL_X];
		const py = y + 0.5 - s[PIXEL_Y];
		const scale = 1 / (wa + wx * px + wy * py);
		const shiftU = (ua * wa + ux * px + uy * py) * scale - u;
		const shiftV = (va * wa + vx * px + vy * py) * scale - v;
		const shift = Math.sqrt(shiftU * shiftU + shiftV * shiftV);
		if (shift < Infinity) {
			const share = shift > MAX_SHIFT ? MAX_SHIFT / shift : 1;
			u += shiftU * share;
			v += shiftV * share;
		}

		// (4) One lookup, or one for each sample where a lookup cannot cover the footprint.
		const perLookup = Math.max(1, texels / samples);
		const spread = 1 - perLookup / texels;
		lookup[LOOKUP_TEXELS] = perLookup;
		if (!(spread > 0)) {
			lookup[LOOKUP_U] = u / width;
			lookup[LOOKUP_V] = v / height;
			lookup[LOOKUP_WEIGHT] = 1;
			addTexture(chain, lookup, out);
			return;
		}
		lookup[LOOKUP_WEIGHT] = 1 / count;
		for (let k = 0; k < count; k++) {
			const sampleU = ua + b[k] * uab + c[k] * uac;
			const sampleV = va + b[k] * vab + c[k] * vac;
			lookup[LOOKUP_U] = (u + (sampleU - u) * spread) / width;
			lookup[LOOKUP_V] = (v + (sampleV - v) * spread) / height;
			addTexture(chain, lookup, out);
		}
	};
}

/** Pixel position and 1 / depth of every vertex. */
function projectToPixels(
	positions: Float32Array,
	camera: Camera,
): Float64Array /* [vertexCount × 3] */ {
	const p = projectionMatrix(camera);
	const out = new Float64Array(positions.length);
	for (let i = 0; i < positions.length; i += 3) {
		const x = positions[i];
		const y = positions[i + 1];
		const z = positions[i + 2];
		const w = 1 / (p[8] * x + p[9] * y + p[10] * z + p[11]);
		out[i] = (p[0] * x + p[1] * y + p[2] * z + p[3]) * w;
		out[i + 1] = (p[4] * x + p[5] * y + p[6] * z + p[7]) * w;
		out[i + 2] = w;
	}
	return out;
}

// Where `prepareTriangle` puts what. Corner a is the base; texture coordinates are in texels.
const PIXEL_X = 0;
const PIXEL_Y = 1;
const W = 2; // 1 / depth
const DEPTH = 3;
const DEPTH_B = 4; // change from a to b
const DEPTH_C = 5;
const U = 6;
const V = 7;
const U_B = 8;
const V_B = 9;
const U_C = 10;
const V_C = 11;
const U_X = 12; // slopes over the picture of u / depth, v / depth and 1 / depth
const U_Y = 13;
const V_X = 14;
const V_Y = 15;
const W_X = 16;
const W_Y = 17;

function prepareTriangle(
	projected: Float64Array,
	uvs: Float32Array,
	i: number,
	j: number,
	k: number,
	width: number,
	height: number,
	s: Float64Array, // [18]
): void {
	const x0 = projected[i * 3];
	const y0 = projected[i * 3 + 1];
	const w0 = projected[i * 3 + 2];
	const x1 = projected[j * 3] - x0;
	const y1 = projected[j * 3 + 1] - y0;
	const w1 = projected[j * 3 + 2];
	const x2 = projected[k * 3] - x0;
	const y2 = projected[k * 3 + 1] - y0;
	const w2 = projected[k * 3 + 2];
	const ua = uvs[i * 2] * width;
	const va = uvs[i * 2 + 1] * height;
	const ub = uvs[j * 2] * width;
	const vb = uvs[j * 2 + 1] * height;
	const uc = uvs[k * 2] * width;
	const vc = uvs[k * 2 + 1] * height;
	const depth = 1 / w0;
	s[PIXEL_X] = x0;
	s[PIXEL_Y] = y0;
	s[W] = w0;
	s[DEPTH] = depth;
	s[DEPTH_B] = 1 / w1 - depth;
	s[DEPTH_C] = 1 / w2 - depth;
	s[U] = ua;
	s[V] = va;
	s[U_B] = ub - ua;
	s[V_B] = vb - va;
	s[U_C] = uc - ua;
	s[V_C] = vc - va;
	const inverse = 1 / (x1 * y2 - x2 * y1);
	const kx1 = y2 * inverse;
	const kx2 = -y1 * inverse;
	const ky1 = -x2 * inverse;
	const ky2 = x1 * inverse;
	const du1 = ub * w1 - ua * w0;
	const du2 = uc * w2 - ua * w0;
	const dv1 = vb * w1 - va * w0;
	const dv2 = vc * w2 - va * w0;
	s[U_X] = du1 * kx1 + du2 * kx2;
	s[U_Y] = du1 * ky1 + du2 * ky2;
	s[V_X] = dv1 * kx1 + dv2 * kx2;
	s[V_Y] = dv1 * ky1 + dv2 * ky2;
	s[W_X] = (w1 - w0) * kx1 + (w2 - w0) * kx2;
	s[W_Y] = (w1 - w0) * ky1 + (w2 - w0) * ky2;
}
