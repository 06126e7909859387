import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { LunarError } from "../../core/errors.ts";
import type { Layers } from "./network.ts";

/** Of the file that these weights are: another one is refused. */
export const MODEL_SHA256: string =
	"a6860d48dadd99a44ba556544642bc738431560a4974713611820be3a9fd4e52";

/** The file in the package, as seen from both src/ and dist/. */
export const MODEL_FILE: URL = new URL(
	"../../../models/nova-prior.bin",
	import.meta.url,
);

interface Header {
	readonly layers: readonly {
		readonly name: string;
		readonly inputs: number;
		readonly outputs: number;
		readonly kernel: number;
		readonly stride: number;
	}[];
}

let known: Layers | undefined;

/** The network's layers; read and checked once. */
export function readModel(): Layers {
	if (known) return known;
	const bytes = readFileSync(MODEL_FILE);
	const sha256 = createHash("sha256").update(bytes).digest("hex");
	if (sha256 !== MODEL_SHA256)
		throw new LunarError(
			"WEIGHTS_CORRUPT",
			`nova-prior.bin has SHA-256 ${sha256}, not ${MODEL_SHA256}`,
		);
	known = parseModel(bytes);
	return known;
}

/** Length of the header, the header as JSON, then for each layer its weights and biases as 16-bit floats. */
export function parseModel(bytes: Uint8Array): Layers {
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
