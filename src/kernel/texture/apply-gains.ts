import type { Image } from "../../core/image.ts";
import { linearToSrgb, SRGB_TO_LINEAR } from "../image/srgb.ts";

/** A picture with its linear RGB multiplied, clipped at white. */
export function applyGains(
	image: Image,
	gains: readonly [r: number, g: number, b: number],
): Image {
	const tables = gains.map((gain) =>
		Uint8ClampedArray.from(SRGB_TO_LINEAR, (linear) =>
			linearToSrgb(Math.min(1, gain * linear)),
		),
	);
	const data = image.data.slice();
	for (let i = 0; i < data.length; i += 4) {
		data[i] = tables[0][data[i]];
		data[i + 1] = tables[1][data[i + 1]];
		data[i + 2] = tables[2][data[i + 2]];
	}
	return { width: image.width, height: image.height, data };
}
