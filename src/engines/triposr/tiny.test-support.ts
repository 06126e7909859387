import {
	copyFileSync,
	mkdtempSync,
	readFileSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { parseTripoSrConfig, type TripoSrConfig } from "./config.ts";

const FOLDER = new URL("../../../fixtures/triposr-tiny/", import.meta.url);

export function tinyPath(name: string): string {
	return fileURLToPath(new URL(name, FOLDER));
}

/** A golden array by its name in the manifest. */
export function golden(name: string): Float32Array<ArrayBuffer> {
	const bytes = readFileSync(tinyPath(`${name}.f32.bin`));
	return new Float32Array(new Uint8Array(bytes).buffer);
}

/** The shrunken model's configuration, read as the official file is. */
export function tinyConfig(): TripoSrConfig {
	const { triposr, vit } = JSON.parse(
		readFileSync(tinyPath("config.json"), "utf8"),
	);
	return parseTripoSrConfig(stringify(triposr), {
		heads: vit.num_attention_heads,
		normEpsilon: vit.layer_norm_eps,
		positions: "legacy",
	});
}

/**
 * The official folder with the shrunken model in it. The file names the official encoder, whose
 * heads and norms are not the shrunken one's: `encoder` goes with it.
 */
export function tinyFolder(): {
	folder: string;
	files: Record<string, string>;
} {
	const folder = mkdtempSync(join(tmpdir(), "lunar-triposr-"));
	const { triposr } = JSON.parse(readFileSync(tinyPath("config.json"), "utf8"));
	const config = join(folder, "config.yaml");
	const weights = join(folder, "model.ckpt");
	writeFileSync(config, stringify(triposr));
	copyFileSync(tinyPath("model.ckpt"), weights);
	return { folder, files: { "config.yaml": config, "model.ckpt": weights } };
}

/** Largest difference, and the relative L2 error. */
export function errorsOf(
	actual: ArrayLike<number>,
	expected: Float32Array,
): { largest: number; relative: number } {
	if (actual.length !== expected.length)
		throw new RangeError(
			`${actual.length} numbers, expected ${expected.length}`,
		);
	let largest = 0;
	let difference = 0;
	let size = 0;
	for (let i = 0; i < expected.length; i++) {
		const d = Math.abs(actual[i] - expected[i]);
		largest = Math.max(largest, d);
		difference += d * d;
		size += expected[i] ** 2;
	}
	return { largest, relative: Math.sqrt(difference / size) };
}
