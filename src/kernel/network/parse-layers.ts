import type { Convolution } from "./convolve.ts";

/** Layers by their names in the training, normalisations folded in. */
export type Layers = ReadonlyMap<string, Convolution>;

interface Header {
	readonly layers: readonly {
		readonly name: string;
		readonly inputs: number;
		readonly outputs: number;
		readonly kernel: number;
		readonly stride: number;
	}[];
}

/** Length of the header, the header as JSON, then for each layer its weights and biases as 16-bit floats. */
export function parseLayers(bytes: Uint8Array): Layers {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const headerEnd = 4 + view.getUint32(0, true);
	const header: Header = JSON.parse(
		new TextDecoder().decode(bytes.subarray(4, headerEnd)),
	);
	let at = headerEnd;
	const floats = (count: number): Float32Array => {
		const out = new Float32Array(count);
		for (let n = 0; n < count; n++, at += 2)
			out[n] = halfToFloat(view.getUint16(at, true));
		return out;
	};
	return new Map(
		header.layers.map(({ name, ...layer }) => {
			const { inputs, outputs, kernel } = layer;
			const weight = floats(outputs * inputs * kernel * kernel);
			return [name, { ...layer, weight, bias: floats(outputs) }];
		}),
	);
}

function halfToFloat(half: number): number {
	const exponent = (half >> 10) & 31;
	const fraction = half & 1023;
	const size =
		exponent === 0
			? fraction * 2 ** -24
			: (1024 + fraction) * 2 ** (exponent - 25);
	return half & 0x8000 ? -size : size;
}
