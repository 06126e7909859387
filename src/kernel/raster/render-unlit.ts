import type { TexturedMesh } from "../../core/asset.ts";
import type { Camera } from "../../core/camera.ts";
import type { Image } from "../../core/image.ts";
import {
	type DrawOptions,
	drawPixels,
	type SamplesPerAxis,
} from "./draw-pixels.ts";
import type { MipChain } from "./mip-chain.ts";
import { createSurfaceColor } from "./surface-color.ts";

export interface RenderUnlitOptions
	extends Pick<DrawOptions, "frontOnly" | "memory"> {
	/** Samples per pixel and axis, 1–4. Default 2. */
	readonly samples?: SamplesPerAxis;
	/** sRGB 0–255 to lay the picture on (blended in sRGB, like a browser); makes it opaque. Default: transparent. */
	readonly background?: readonly [r: number, g: number, b: number];
	/** The base colour's mip chain, when several pictures are drawn. Default: built for this one. */
	readonly mips?: MipChain;
}

/**
 * Draws the base colour alone, as a camera at the input's place would see it: what input pictures are compared with.
 * Antialiased, averaged in linear light over the covered samples; alpha is straight.
 */
export function renderUnlit(
	textured: TexturedMesh,
	camera: Camera,
	options: RenderUnlitOptions = {},
): Image {
	const samples = options.samples ?? 2;
	const shade = createSurfaceColor(textured, camera, samples, options.mips);
	const image = drawPixels(textured.mesh, camera, samples, shade, options);
	if (options.background) layOn(image, options.background);
	return image;
}

function layOn(
	{ data }: Image,
	[r, g, b]: readonly [number, number, number],
): void {
	for (let i = 0; i < data.length; i += 4) {
		const alpha = data[i + 3] / 255;
		data[i] = r + (data[i] - r) * alpha;
		data[i + 1] = g + (data[i + 1] - g) * alpha;
		data[i + 2] = b + (data[i + 2] - b) * alpha;
		data[i + 3] = 255;
	}
}
