/** What flows between the layers of a network: one picture for each channel. */
export interface Planes {
	readonly channels: number;
	readonly height: number;
	readonly width: number;
	readonly data: Float32Array; // [channels × height × width]
}

export function createPlanes(
	channels: number,
	height: number,
	width: number,
): Planes {
	const data = new Float32Array(channels * height * width);
	return { channels, height, width, data };
}

/** Every pixel four times. */
export function doublePlanes(src: Planes): Planes {
	const { channels, height, width } = src;
	const dst = createPlanes(channels, height * 2, width * 2);
	for (let row = 0; row < channels * height; row++)
		for (let x = 0; x < width; x++) {
			const value = src.data[row * width + x];
			const at = row * 4 * width + 2 * x;
			dst.data[at] = value;
			dst.data[at + 1] = value;
			dst.data[at + 2 * width] = value;
			dst.data[at + 2 * width + 1] = value;
		}
	return dst;
}

/** max(0, a + b), into `a`. */
export function addRectified(a: Planes, b: Planes): Planes {
	for (let n = 0; n < a.data.length; n++)
		a.data[n] = Math.max(0, a.data[n] + b.data[n]);
	return a;
}

/** Channels 4 m … 4 m + 3 become the pixels of channel m at twice the size (Shi et al., 2016). */
export function shufflePixels(src: Planes, channels: number): Planes {
	const { height, width, data } = src;
	const dst = createPlanes(channels, height * 2, width * 2);
	for (let c = 0; c < channels * 4; c++)
		for (let y = 0; y < height; y++)
			for (let x = 0; x < width; x++)
				dst.data[
					((c >> 2) * 2 * height + 2 * y + ((c >> 1) & 1)) * 2 * width +
						2 * x +
						(c & 1)
				] = data[(c * height + y) * width + x];
	return dst;
}

/** Left and right exchanged. */
export function mirrorPlanes(src: Planes): Planes {
	const { width } = src;
	return {
		...src,
		data: src.data.map((_, n) => {
			const x = n % width;
			return src.data[n - x + width - 1 - x];
		}),
	};
}

/** The mean of each channel. */
export function averagePlanes({ channels, data }: Planes): Float32Array {
	const size = data.length / channels;
	const out = new Float32Array(channels);
	for (let c = 0; c < channels; c++) {
		let sum = 0;
		for (let n = c * size; n < (c + 1) * size; n++) sum += data[n];
		out[c] = sum / size;
	}
	return out;
}
