import { realpath, rm, rmdir, stat } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import type { WeightEntry } from "../../neural/weights/manifest.ts";
import { discardPartial } from "./download.ts";
import { type Environment, weightPlaces } from "./places.ts";
import { candidatePaths, partialOf, repoFolder } from "./stored-files.ts";

export interface RemovedFile {
	readonly path: string;
	readonly sizeBytes: number;
}

/**
 * Removes the files of an entry, in every snapshot of the shared cache, and unfinished downloads of ours. Other files of
 * the same repository stay, and so does what a link leads to outside the cache. Answers what was (or with `dryRun` would
 * be) removed.
 */
export async function removeWeights(
	entry: WeightEntry,
	env: Environment,
	options: { readonly dryRun?: boolean } = {},
): Promise<RemovedFile[]> {
	const places = weightPlaces(env);
	const { source } = entry;
	const blobs =
		source.kind === "huggingface"
			? await realpath(join(repoFolder(places, source.repo), "blobs")).catch(
					() => undefined,
				)
			: undefined;
	const doomed = new Map<string, number>(); // what frees space
	const names = new Set<string>();
	for (const file of entry.files) {
		for (const path of await candidatePaths(places, entry, file)) {
			const real = await realpath(path).catch(() => undefined);
			if (real === undefined) continue;
			const own = join(await realpath(dirname(path)), basename(path));
			const inCache =
				real === own ||
				(blobs !== undefined && real.startsWith(`${blobs}${sep}`));
			doomed.set(inCache ? real : path, inCache ? await sizeOf(real) : 0);
			names.add(path);
		}
		const partial = partialOf(places, entry, file);
		const size = await sizeOf(partial);
		if (size > 0) {
			doomed.set(partial, size);
			if (!options.dryRun) await discardPartial(partial);
		}
	}
	if (!options.dryRun) {
		for (const path of [...names, ...doomed.keys()])
			await rm(path, { force: true });
		for (const path of [...names, ...doomed.keys()])
			await removeEmpty(dirname(path), [places.hubFolder, places.rembgFolder]);
	}
	return [...doomed].map(([path, sizeBytes]) => ({ path, sizeBytes }));
}

/** Removes a folder and those above it while they are empty. */
async function removeEmpty(
	folder: string,
	keep: readonly string[],
): Promise<void> {
	for (let at = folder; !keep.includes(at); at = dirname(at))
		try {
			await rmdir(at);
		} catch {
			return; // not empty
		}
}

async function sizeOf(path: string): Promise<number> {
	return stat(path).then(
		({ size }) => size,
		() => 0,
	);
}
