import type { Image, Mask } from "../../core/image.ts";
import { sharedBytes, type Task } from "../../core/parallel.ts";

/** One level: premultiplied colour and coverage, 0–1, sRGB values. */
export interface ColorLevel {
	readonly width: number;
	readonly height: number;
	readonly data: Float32Array; // [height × width × 4] premultiplied
}

/**
 * The foreground's colours at halving sizes, level 0 at the picture's own. Blurred with 1 3 3 1 on
 * both axes before halving; premultiplied, so the background never bleeds in. In memory that other threads see.
 */
export function colorPyramid(
	image: Image,
	mask: Mask,
	levelCount: number,
): ColorLevel[] {
	const { width, height } = image;
	if (mask.width !== width || mask.height !== height)
		throw new RangeError(
			`a mask of ${mask.width} × ${mask.height} is not for a picture of ${width} × ${height}`,
		);
	const base = new Float32Array(sharedBytes(width * height * 16));
	for (let n = 0; n < width * height; n++) {
		const alpha = mask.data[n] / 255;
		const scale = alpha / 255;
		base[n * 4] = image.data[n * 4] * scale;
		base[n * 4 + 1] = image.data[n * 4 + 1] * scale;
		base[n * 4 + 2] = image.data[n * 4 + 2] * scale;
		base[n * 4 + 3] = alpha;
	}
	const levels: ColorLevel[] = [{ width, height, data: base }];
	while (levels.length < levelCount) {
		const finest = levels[levels.length - 1];
		if (Math.min(finest.width, finest.height) < 2) break;
		levels.push(halve(finest));
	}
	return levels;
}

function halve({ width, height, data }: ColorLevel): ColorLevel {
	const columns = width >> 1;
	const rows = height >> 1;
	const wide = new Float32Array(columns * height * 4);
	for (let y = 0; y < height; y++)
		for (let x = 0; x < columns; x++) {
			const row = y * width;
			const a = (row + Math.max(0, 2 * x - 1)) * 4;
			const b = (row + 2 * x) * 4;
			const d = (row + Math.min(width - 1, 2 * x + 2)) * 4;
			const to = (y * columns + x) * 4;
			for (let c = 0; c < 4; c++)
				wide[to + c] =
					(data[a + c] + 3 * (data[b + c] + data[b + 4 + c]) + data[d + c]) / 8;
		}
	const out = new Float32Array(sharedBytes(columns * rows * 16));
	const line = columns * 4;
	for (let y = 0; y < rows; y++) {
		const a = Math.max(0, 2 * y - 1) * line;
		const b = 2 * y * line;
		const d = Math.min(height - 1, 2 * y + 2) * line;
		for (let i = 0; i < line; i++)
			out[y * line + i] =
				(wide[a + i] + 3 * (wide[b + i] + wide[b + line + i]) + wide[d + i]) /
				8;
	}
	return { width: columns, height: rows, data: out };
}

/** One picture's pyramid, of so many levels. */
export const colorPyramidTask: Task<
	number,
	{ readonly image: Image; readonly mask: Mask },
	ColorLevel[]
> = {
	module: import.meta.url,
	name: "colorPyramidTask",
	open:
		(levelCount) =>
		({ image, mask }) =>
			colorPyramid(image, mask, levelCount),
};
