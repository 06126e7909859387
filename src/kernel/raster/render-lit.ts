import type { TexturedMesh } from "../../core/asset.ts";
import type { Camera } from "../../core/camera.ts";
import type { Image } from "../../core/image.ts";
import type { Mesh } from "../../core/mesh.ts";
import { SRGB_TO_LINEAR } from "../image/srgb.ts";
import {
	type DrawOptions,
	drawPixels,
	type SamplesPerAxis,
	type Shade,
} from "./draw-pixels.ts";
import { type GroundShadow, layShadow } from "./ground-shadow.ts";
import {
	addTexture,
	LOOKUP_TEXELS,
	LOOKUP_U,
	LOOKUP_V,
	LOOKUP_WEIGHT,
} from "./mip-chain.ts";
import { type Look, prepareLook } from "./prepare-look.ts";
import { createStudioLight } from "./studio-light.ts";
import { createSurfaceColor } from "./surface-color.ts";
import { createWireframe } from "./wireframe.ts";

/**
 * What to show:
 * - `textured`: the asset's own look, gently lit.
 * - `clay`: the form alone, in warm grey.
 * - `normals`: the normal in the camera's axes; red is right, green is up, blue is towards the viewer.
 * - `wireframe`: clay with the triangles' edges.
 * - `seen`: how many input views saw each triangle. Orange with stripes: none, so look and shape are invented.
 *   Pale blue: one view; mid blue: two; blue: three; dark blue: four or more. The stripes and the lightness carry
 *   the meaning without hue, for readers who cannot tell colours apart.
 */
export type LitMode = "textured" | "clay" | "normals" | "wireframe" | "seen";

export interface RenderLitOptions
	extends Pick<DrawOptions, "frontOnly" | "memory"> {
	/** Default 'textured'. */
	readonly mode?: LitMode;
	/** Samples per pixel and axis, 1–4. Default 2. */
	readonly samples?: SamplesPerAxis;
	/** 'studio' is a light grey backdrop, opaque. Default 'transparent'. */
	readonly background?: "transparent" | "studio";
	/** Soft shadow on the ground, from `buildGroundShadow`. Default none. */
	readonly shadow?: GroundShadow;
	/** From `vertexOcclusion`: darkens hollows in 'clay', 'wireframe' and 'seen'. Default none. */
	readonly occlusion?: Float32Array; // [vertexCount] 0–1
	/** From `prepareLook`, when several pictures are drawn. Default: prepared for this one. */
	readonly look?: Look;
}

/** Share of its light that a fully hidden place loses. */
const DARKEST_HOLLOW = 0.75;
/** sRGB. */
const CLAY = [196, 190, 182] as const;
const WIRE = [38, 44, 54] as const;
const INVENTED = [240, 150, 30] as const;
const INVENTED_STRIPE = [196, 84, 16] as const;
/** Seen by 1, 2, 3, 4 or more views. */
const SEEN = [
	[196, 222, 240],
	[126, 182, 222],
	[58, 128, 194],
	[18, 66, 138],
] as const;

/** Draws a preview picture in a small photo studio that travels with the camera. sRGB, straight alpha. */
export function renderLit(
	textured: TexturedMesh,
	camera: Camera,
	options: RenderLitOptions = {},
): Image {
	const samples = options.samples ?? 2;
	const mode = options.mode ?? "textured";
	const shade =
		mode === "normals"
			? createNormalColors(textured.mesh, camera)
			: createLitShade(textured, camera, samples, mode, options);
	const image = drawPixels(textured.mesh, camera, samples, shade, {
		...options,
		rate: mode === "wireframe" || mode === "seen" ? "triangle" : "surface",
	});
	if (options.shadow) layShadow(image, camera, options.shadow);
	if (options.background === "studio") layOnBackdrop(image);
	return image;
}

function createLitShade(
	textured: TexturedMesh,
	camera: Camera,
	samples: SamplesPerAxis,
	mode: Exclude<LitMode, "normals">,
	options: RenderLitOptions,
): Shade {
	const isTextured = mode === "textured";
	const look = isTextured ? (options.look ?? prepareLook(textured)) : undefined;
	const color = isTextured
		? look
			? createPreviewTexture(textured.mesh, camera, look)
			: createSurfaceColor(textured, camera, samples)
		: mode === "seen"
			? createSeenColors(textured, camera)
			: createPlainColor(CLAY);
	const light = createStudioLight(camera, {
		roughness: isTextured ? textured.roughness : 0.6,
		metallic: isTextured ? textured.metallic : 0,
		contrast: isTextured ? 0.7 : mode === "seen" ? 0.75 : 1.25,
	});
	const wire =
		mode === "wireframe" ? createWireframe(textured.mesh, camera) : undefined;
	const { indices } = textured.mesh;
	const occlusion = isTextured ? undefined : options.occlusion;
	const readNormal = createNormalReader(textured.mesh);
	const normal = new Float64Array(3);
	const [wireR, wireG, wireB] = linear(WIRE);
	return (triangle, count, b, c, out, x, y) => {
		color(triangle, count, b, c, out, x, y);
		if (occlusion) {
			const open =
				(1 - b[0] - c[0]) * occlusion[indices[triangle * 3]] +
				b[0] * occlusion[indices[triangle * 3 + 1]] +
				c[0] * occlusion[indices[triangle * 3 + 2]];
			const light = 1 - DARKEST_HOLLOW * (1 - open);
			out[0] *= light;
			out[1] *= light;
			out[2] *= light;
		}
		readNormal(triangle, count, b, c, normal);
		light(out, normal, x, y);
		if (!wire) return;
		const ink = wire(triangle, count, b, c);
		out[0] += (wireR - out[0]) * ink;
		out[1] += (wireG - out[1]) * ink;
		out[2] += (wireB - out[2]) * ink;
	};
}

/**
 * The base colour by one trilinear lookup. Its footprint follows from the triangle's texel density and the depth,
 * as on a surface tilted by 45°: quicker than `createSurfaceColor`, and good enough where nothing is measured.
 */
function createPreviewTexture(mesh: Mesh, camera: Camera, look: Look): Shade {
	const { indices } = mesh;
	const uvs = mesh.uvs as Float32Array;
	const { mips, texelsPerUnit } = look;
	const tilt = Math.SQRT1_2 ** 0.5;
	const unitsPerPixel = 1 / (Math.min(camera.fx, camera.fy) * tilt);
	const lookup = new Float64Array(4);
	lookup[LOOKUP_WEIGHT] = 1;
	return (triangle, count, b, c, out) => {
		let weightB = b[0];
		let weightC = c[0];
		if (count > 1) {
			for (let k = 1; k < count; k++) {
				weightB += b[k];
				weightC += c[k];
			}
			weightB /= count;
			weightC /= count;
		}
		const weightA = 1 - weightB - weightC;
		const i = indices[triangle * 3] * 2;
		const j = indices[triangle * 3 + 1] * 2;
		const k = indices[triangle * 3 + 2] * 2;
		out[0] = 0;
		out[1] = 0;
		out[2] = 0;
		lookup[LOOKUP_U] = weightA * uvs[i] + weightB * uvs[j] + weightC * uvs[k];
		lookup[LOOKUP_V] =
			weightA * uvs[i + 1] + weightB * uvs[j + 1] + weightC * uvs[k + 1];
		lookup[LOOKUP_TEXELS] = texelsPerUnit[triangle] * out[3] * unitsPerPixel;
		addTexture(mips, lookup, out);
	};
}

type ReadNormal = (
	triangle: number,
	count: number,
	b: Float64Array,
	c: Float64Array,
	normal: Float64Array, // [3] unit length
) => void;

/** Reads the normal in the middle of the samples: interpolated, or the triangle's own where the mesh has none. */
function createNormalReader(mesh: Mesh): ReadNormal {
	const { positions: p, indices, normals } = mesh;
	return (triangle, count, b, c, normal) => {
		const i = indices[triangle * 3] * 3;
		const j = indices[triangle * 3 + 1] * 3;
		const k = indices[triangle * 3 + 2] * 3;
		let x = 0;
		let y = 0;
		let z = 0;
		if (normals) {
			let weightB = 0;
			let weightC = 0;
			for (let s = 0; s < count; s++) {
				weightB += b[s];
				weightC += c[s];
			}
			weightB /= count;
			weightC /= count;
			const weightA = 1 - weightB - weightC;
			x = weightA * normals[i] + weightB * normals[j] + weightC * normals[k];
			y =
				weightA * normals[i + 1] +
				weightB * normals[j + 1] +
				weightC * normals[k + 1];
			z =
				weightA * normals[i + 2] +
				weightB * normals[j + 2] +
				weightC * normals[k + 2];
		} else {
			const bx = p[j] - p[i];
			const by = p[j + 1] - p[i + 1];
			const bz = p[j + 2] - p[i + 2];
			const cx = p[k] - p[i];
			const cy = p[k + 1] - p[i + 1];
			const cz = p[k + 2] - p[i + 2];
			x = by * cz - bz * cy;
			y = bz * cx - bx * cz;
			z = bx * cy - by * cx;
		}
		const length = Math.sqrt(x * x + y * y + z * z);
		const scale = length > 0 ? 1 / length : 0;
		normal[0] = x * scale;
		normal[1] = y * scale;
		normal[2] = z * scale;
	};
}

function createNormalColors(mesh: Mesh, camera: Camera): Shade {
	const readNormal = createNormalReader(mesh);
	const normal = new Float64Array(3);
	const m = camera.worldFromCamera;
	return (triangle, count, b, c, out) => {
		readNormal(triangle, count, b, c, normal);
		for (let n = 0; n < 3; n++) {
			const part =
				m[n] * normal[0] + m[4 + n] * normal[1] + m[8 + n] * normal[2];
			out[n] = SRGB_TO_LINEAR[Math.round(127.5 + 127.5 * part)];
		}
	};
}

function createPlainColor(srgb: readonly [number, number, number]): Shade {
	const [r, g, b] = linear(srgb);
	return (_triangle, _count, _b, _c, out) => {
		out[0] = r;
		out[1] = g;
		out[2] = b;
	};
}

function createSeenColors(textured: TexturedMesh, camera: Camera): Shade {
	const { seenBy } = textured;
	if (!seenBy)
		throw new TypeError("mode 'seen' needs the mesh's seenBy counts");
	const palette = SEEN.map(linear);
	const [r, g, b] = linear(INVENTED);
	const [stripeR, stripeG, stripeB] = linear(INVENTED_STRIPE);
	const period = Math.max(6, camera.width / 56);
	return (triangle, _count, _b, _c, out, x, y) => {
		const views = seenBy[triangle];
		if (views > 0) {
			const color = palette[Math.min(views, SEEN.length) - 1];
			out[0] = color[0];
			out[1] = color[1];
			out[2] = color[2];
			return;
		}
		// Triangle wave across the diagonal; one pixel of soft edge.
		const phase = (x + y) / period;
		const wave = Math.abs(phase - Math.floor(phase) - 0.5) * 2;
		const ink = Math.min(1, Math.max(0, (wave - 0.6) * period * 0.5 + 0.5));
		out[0] = r + (stripeR - r) * ink;
		out[1] = g + (stripeG - g) * ink;
		out[2] = b + (stripeB - b) * ink;
	};
}

/** Light grey, a little darker towards the corners and the floor. */
function layOnBackdrop({ width, height, data }: Image): void {
	const perWidth = 1 / width;
	for (let y = 0; y < height; y++) {
		const dy = (y + 0.5) / height - 0.42;
		const rowGrey = 249 - 44 * dy * dy;
		for (let x = 0; x < width; x++) {
			const o = (y * width + x) * 4;
			const coverage = data[o + 3];
			if (coverage === 255) continue;
			data[o + 3] = 255;
			const dx = (x + 0.5) * perWidth - 0.5;
			const grey = rowGrey - 44 * dx * dx;
			if (coverage === 0) {
				data[o] = grey;
				data[o + 1] = grey;
				data[o + 2] = grey + 1;
				continue;
			}
			const alpha = coverage / 255;
			data[o] = grey + (data[o] - grey) * alpha;
			data[o + 1] = grey + (data[o + 1] - grey) * alpha;
			data[o + 2] = grey + 1 + (data[o + 2] - grey - 1) * alpha;
		}
	}
}

function linear(
	srgb: readonly [number, number, number],
): [number, number, number] {
	return [
		SRGB_TO_LINEAR[srgb[0]],
		SRGB_TO_LINEAR[srgb[1]],
		SRGB_TO_LINEAR[srgb[2]],
	];
}
