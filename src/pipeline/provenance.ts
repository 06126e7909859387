import type { Look, Provenance } from "../core/asset.ts";
import type { Engine } from "../core/engine.ts";
import type { Photo } from "../core/photo.ts";
import type { RunOptions } from "./options.ts";
import { GENERATOR } from "./version.ts";

/** What an asset is made from: enough to make the same bytes again. */
export function provenanceOf<O>(
	photos: readonly Photo[],
	engine: Engine<O>,
	engineOptions: O,
	options: RunOptions,
): Provenance {
	const { seed, ...rest } = options;
	return {
		generator: GENERATOR,
		engine: engine.id,
		options: { ...rest, engine: engineOptions },
		seed,
		inputs: photos.map((photo) => ({
			label: photo.label,
			...(photo.name === undefined ? {} : { name: photo.name }),
			sha256: photo.source.sha256,
		})),
	};
}

/** The same with what was estimated about the look, once that is known. */
export function withLook(
	provenance: Provenance,
	look: Look | undefined,
): Provenance {
	return look ? { ...provenance, look } : provenance;
}
