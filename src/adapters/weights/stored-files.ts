import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { WeightEntry, WeightFile } from "../../neural/weights/manifest.ts";
import type { WeightPlaces } from "./places.ts";

/** Folder of one repository in the hub's cache. */
export function repoFolder(places: WeightPlaces, repo: string): string {
	return join(places.hubFolder, `models--${repo.replaceAll("/", "--")}`);
}

/** Where `pull` puts a file. */
export function homeOf(
	places: WeightPlaces,
	entry: WeightEntry,
	file: WeightFile,
): string {
	const { source } = entry;
	return source.kind === "huggingface"
		? join(
				repoFolder(places, source.repo),
				"snapshots",
				source.revision,
				...file.path.split("/"),
			)
		: join(places.rembgFolder, file.name);
}

/** Where a download grows: on the same disk as its place, under a name no other tool uses. */
export function partialOf(
	places: WeightPlaces,
	entry: WeightEntry,
	file: WeightFile,
): string {
	const { source } = entry;
	return source.kind === "huggingface"
		? join(
				repoFolder(places, source.repo),
				"blobs",
				`${file.path.replaceAll("/", "--")}-${source.revision.slice(0, 12)}.lunar-incomplete`,
			)
		: join(places.rembgFolder, `${file.name}.lunar-incomplete`);
}

/** Every place where the file may be, the best first. */
export async function candidatePaths(
	places: WeightPlaces,
	entry: WeightEntry,
	file: WeightFile,
): Promise<string[]> {
	const { source } = entry;
	if (source.kind === "rembg")
		return [
			join(places.rembgFolder, file.name),
			join(places.rembgHome, "models", entry.name, file.name),
		];
	const snapshots = await snapshotFolders(
		repoFolder(places, source.repo),
		source.revision,
	);
	return snapshots.map((folder) => join(folder, ...file.path.split("/")));
}

/** The files that are there, links resolved, each once. */
export async function storedCopies(
	places: WeightPlaces,
	entry: WeightEntry,
	file: WeightFile,
): Promise<string[]> {
	const found = new Set<string>();
	for (const path of await candidatePaths(places, entry, file))
		try {
			const real = await realpath(path);
			if ((await stat(real)).isFile()) found.add(real);
		} catch {} // not there, or a link to nothing
	return [...found];
}

/** Our revision first, then the one `main` points to, then any other: the digest decides what is right. */
async function snapshotFolders(
	repo: string,
	revision: string,
): Promise<string[]> {
	const main = await readFile(join(repo, "refs", "main"), "utf8").catch(
		() => "",
	);
	const others = await readdir(join(repo, "snapshots")).catch(() => []);
	const names = new Set([revision, main.trim(), ...others.sort()]);
	return [...names]
		.filter((name) => /^[0-9a-zA-Z._-]+$/.test(name))
		.map((name) => join(repo, "snapshots", name));
}

/** The nearest folder above a path that exists. */
export async function existingFolder(path: string): Promise<string> {
	for (let folder = dirname(path); ; folder = dirname(folder))
		try {
			if ((await stat(folder)).isDirectory()) return folder;
		} catch {
			if (folder === dirname(folder)) return folder;
		}
}
