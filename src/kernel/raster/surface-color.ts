import type { TexturedMesh } from "../../core/asset.ts";
import type { Camera } from "../../core/camera.ts";
import { projectionMatrix } from "../math/camera.ts";
import type { Shade } from "./draw-pixels.ts";
import { addTexture, buildMipChain, type MipChain } from "./mip-chain.ts";

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
	const p = projectionMatrix(camera);
	let last = -1;
	// Of the last triangle: pixel of corner a, corner depths, texture coordinates in texels, and the screen slopes of u / d, v / d, 1 / d.
	let x0 = 0;
	let y0 = 0;
	let depthA = 0;
	let depthAB = 0;
	let depthAC = 0;
	let ua = 0;
	let va = 0;
	let uab = 0;
	let vab = 0;
	let uac = 0;
	let vac = 0;
	let ux = 0;
	let uy = 0;
	let vx = 0;
	let vy = 0;
	let wx = 0;
	let wy = 0;

	const prepare = (triangle: number): void => {
		last = triangle;
		const i = indices[triangle * 3];
		const j = indices[triangle * 3 + 1];
		const k = indices[triangle * 3 + 2];
		let x = positions[i * 3];
		let y = positions[i * 3 + 1];
		let z = positions[i * 3 + 2];
		depthA = p[8] * x + p[9] * y + p[10] * z + p[11];
		const w0 = 1 / depthA;
		x0 = (p[0] * x + p[1] * y + p[2] * z + p[3]) * w0;
		y0 = (p[4] * x + p[5] * y + p[6] * z + p[7]) * w0;
		x = positions[j * 3];
		y = positions[j * 3 + 1];
		z = positions[j * 3 + 2];
		const depthB = p[8] * x + p[9] * y + p[10] * z + p[11];
		const w1 = 1 / depthB;
		const x1 = (p[0] * x + p[1] * y + p[2] * z + p[3]) * w1 - x0;
		const y1 = (p[4] * x + p[5] * y + p[6] * z + p[7]) * w1 - y0;
		x = positions[k * 3];
		y = positions[k * 3 + 1];
		z = positions[k * 3 + 2];
		const depthC = p[8] * x + p[9] * y + p[10] * z + p[11];
		const w2 = 1 / depthC;
		const x2 = (p[0] * x + p[1] * y + p[2] * z + p[3]) * w2 - x0;
		const y2 = (p[4] * x + p[5] * y + p[6] * z + p[7]) * w2 - y0;
		depthAB = depthB - depthA;
		depthAC = depthC - depthA;
		ua = uvs[i * 2] * width;
		va = uvs[i * 2 + 1] * height;
		const ub = uvs[j * 2] * width;
		const vb = uvs[j * 2 + 1] * height;
		const uc = uvs[k * 2] * width;
		const vc = uvs[k * 2 + 1] * height;
		uab = ub - ua;
		vab = vb - va;
		uac = uc - ua;
		vac = vc - va;
		const inverse = 1 / (x1 * y2 - x2 * y1);
		const kx1 = y2 * inverse;
		const kx2 = -y1 * inverse;
		const ky1 = -x2 * inverse;
		const ky2 = x1 * inverse;
		const u0 = ua * w0;
		const v0 = va * w0;
		ux = (ub * w1 - u0) * kx1 + (uc * w2 - u0) * kx2;
		uy = (ub * w1 - u0) * ky1 + (uc * w2 - u0) * ky2;
		vx = (vb * w1 - v0) * kx1 + (vc * w2 - v0) * kx2;
		vy = (vb * w1 - v0) * ky1 + (vc * w2 - v0) * ky2;
		wx = (w1 - w0) * kx1 + (w2 - w0) * kx2;
		wy = (w1 - w0) * ky1 + (w2 - w0) * ky2;
	};

	return (triangle, count, b, c, out, x, y) => {
		if (triangle !== last) prepare(triangle);
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
		const depth = depthA + weightB * depthAB + weightC * depthAC;
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
			addTexture(chain, u / width, v / height, 1, 1, out);
			return;
		}

		// (3) Move from there to the middle of the pixel, but never far off the triangle.
		const px = x + 0.5 - x0;
		const py = y + 0.5 - y0;
		const scale = 1 / (1 / depthA + wx * px + wy * py);
		const shiftU = (ua / depthA + ux * px + uy * py) * scale - u;
		const shiftV = (va / depthA + vx * px + vy * py) * scale - v;
		const shift = Math.sqrt(shiftU * shiftU + shiftV * shiftV);
		if (shift < Infinity) {
			const share = shift > MAX_SHIFT ? MAX_SHIFT / shift : 1;
			u += shiftU * share;
			v += shiftV * share;
		}

		// (4) One lookup, or one for each sample where a lookup cannot cover the footprint.
		const perLookup = Math.max(1, texels / samples);
		const spread = 1 - perLookup / texels;
		if (!(spread > 0)) {
			addTexture(chain, u / width, v / height, perLookup, 1, out);
			return;
		}
		for (let k = 0; k < count; k++) {
			const sampleU = ua + b[k] * uab + c[k] * uac;
			const sampleV = va + b[k] * vab + c[k] * vac;
			addTexture(
				chain,
				(u + (sampleU - u) * spread) / width,
				(v + (sampleV - v) * spread) / height,
				perLookup,
				1 / count,
				out,
			);
		}
	};
}
