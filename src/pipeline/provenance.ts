import type { Look, Provenance } from "../core/asset.ts";
import type { Engine } from "../core/engine.ts";
import type { Cutout, Photo } from "../core/photo.ts";
import type { RunOptions } from "./options.ts";
import { GENERATOR } from "./version.ts";

/** What an asset is made from: enough to make the same bytes again. */
export function provenanceOf<O>(
	photos: readonly Photo[],
	engine: Engine<O>,
	engineOptions: O,
	options: RunOptions,
	cutouts: readonly Cutout[] = [],
): Provenance {
	const { seed, ...rest } = options;
	// What `auto` found on this machine decides the masks, so it belongs to the recipe.
	const network = cutouts.find((cutout) => cutout.network)?.network;
	return {
		generator: GENERATOR,
		engine: engine.id,
		options: {
			...rest,
			...(network === undefined ? {} : { backgroundNetwork: network }),
			engine: engineOptions,
		},
		seed,
		inputs: photos.map((photo) => ({
			label: photo.label,
			...(photo.name === undefined ? {} : { name: photo.name }),
			sha256: photo.source.sha256,
			...(photo.given === undefined ? {} : { mask: photo.given.sha256 }),
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
