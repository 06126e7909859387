import { createImage } from "../../core/image.ts";
import { encodePng } from "../../formats/picture/encode.ts";
import type { JobRequest } from "../../service/job.ts";

const SIZE = 64; // pixels

/** A red disc of a size that tells pictures apart, before nothing: the least that can be reconstructed. */
export async function tinyPicture(n = 0): Promise<Uint8Array> {
	const image = createImage(SIZE, SIZE);
	const radius = 14 + (n % 12);
	for (let y = 0; y < SIZE; y++)
		for (let x = 0; x < SIZE; x++) {
			if (Math.hypot(x - 31.5, y - 31.5) > radius) continue;
			const shade = (n * 37 + x * 3) % 128;
			image.data.set(
				[255 - shade, 60 + (shade >> 1), n % 256, 255],
				(y * SIZE + x) * 4,
			);
		}
	return encodePng(image);
}

/** Options that make a run as short as it can be. */
export const TINY: Pick<
	JobRequest,
	"engines" | "engineOptions" | "options" | "formats"
> = {
	engines: ["relief"],
	engineOptions: { grid: 64, revolution: "off" },
	options: {
		quality: "fast",
		resolution: 32,
		faces: 100,
		texture: false,
		background: "alpha",
	},
	formats: ["glb"],
};
