import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { LunarError } from "../core/errors.ts";
import { type Layers, parseLayers } from "../kernel/network/parse-layers.ts";

const known = new Map<string, Layers>();

/** A network that is part of the package: read once, and refused where it is not the file that was tested. */
export function readPackagedLayers(file: URL, sha256: string): Layers {
	const read = known.get(file.href);
	if (read) return read;
	const bytes = readFileSync(file);
	const found = createHash("sha256").update(bytes).digest("hex");
	if (found !== sha256)
		throw new LunarError(
			"WEIGHTS_CORRUPT",
			`${basename(file.pathname)} has SHA-256 ${found}, not ${sha256}`,
		);
	const layers = parseLayers(bytes);
	known.set(file.href, layers);
	return layers;
}
