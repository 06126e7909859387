import { readFile, writeFile } from "node:fs/promises";
import { z } from "zod";
import type { Checkpoint } from "../../neural/checkpoint.ts";
import type {
	LoadOptions,
	NeuralRuntime,
	NeuralTensor,
} from "../../neural/runtime.ts";
import { tripoSrBackbone } from "./backbone.ts";
import type { TripoSrConfig } from "./config.ts";

/** How far 8 bits are from 32, and over how much of the network that was measured. */
export interface Int8Check {
	/** Relative L2 error of the scene codes. */
	readonly error: number;
	/** Blocks of the transformer; the encoder is always whole. */
	readonly blocks: number;
}

/** Beyond this the planes are another object: 8 bits do not suit these weights. */
export const INT8_ERROR_LIMIT = 0.05;

const BLOCKS = 2;
const KEPT = z.object({ error: z.number(), blocks: z.number() });

/**
 * Runs both networks, cut to the encoder and the first blocks, on the same picture. Takes some seconds, so the answer
 * is kept beside the 8-bit file.
 */
export async function checkInt8(
	runtime: NeuralRuntime,
	full: Checkpoint,
	quantized: Checkpoint,
	config: TripoSrConfig,
	image: NeuralTensor,
	options: LoadOptions & { readonly blocks?: number } = {},
): Promise<Int8Check> {
	const blocks = Math.min(config.blocks, options.blocks ?? BLOCKS);
	const file = `${quantized.file}.check.json`;
	const kept = await readKept(file);
	if (kept?.blocks === blocks) return kept;
	const scene = async (checkpoint: Checkpoint): Promise<Float32Array> => {
		const { name, build } = await tripoSrBackbone(checkpoint, config, {
			depth: { layers: Number.POSITIVE_INFINITY, blocks },
		});
		const session = await runtime.load({ name, build }, options);
		try {
			const { scene_codes: codes } = await session.run({ image }, options);
			return codes.data as Float32Array;
		} finally {
			await session.dispose();
		}
	};
	const check = {
		error: relativeError(await scene(quantized), await scene(full)),
		blocks,
	};
	await writeFile(file, JSON.stringify(check)).catch(() => {}); // a read-only folder: measured again next time
	return check;
}

async function readKept(file: string): Promise<Int8Check | undefined> {
	try {
		return KEPT.parse(JSON.parse(await readFile(file, "utf8")));
	} catch {
		return undefined; // not measured yet, or not readable: measure
	}
}

function relativeError(actual: Float32Array, expected: Float32Array): number {
	let difference = 0;
	let size = 0;
	for (let i = 0; i < expected.length; i++) {
		difference += (actual[i] - expected[i]) ** 2;
		size += expected[i] ** 2;
	}
	return Math.sqrt(difference / Math.max(size, Number.MIN_VALUE));
}
