import {
	copyFile,
	lstat,
	mkdir,
	open,
	rename,
	rm,
	symlink,
} from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { WeightEntry, WeightFile } from "../../neural/weights/manifest.ts";
import { gitBlobName } from "./check-file.ts";
import type { WeightPlaces } from "./places.ts";
import { homeOf, repoFolder } from "./stored-files.ts";

/** Places a finished and checked download where the other tools of its cache find it too. Answers the real file. */
export async function storeFile(
	places: WeightPlaces,
	entry: WeightEntry,
	file: WeightFile,
	partial: string,
	/** Of the content, where the hub keeps it as a large file. */
	largeFileSha256: string | undefined,
	link: typeof symlink = symlink,
): Promise<string> {
	const home = homeOf(places, entry, file);
	await mkdir(dirname(home), { recursive: true });
	if (entry.source.kind === "rembg") {
		await rename(partial, home);
		await syncFolder(dirname(home));
		return home;
	}
	// The hub's own tools name blobs so: large files by their sha256, others by git's name for them.
	const name = largeFileSha256 ?? (await gitBlobName(partial));
	const blob = join(repoFolder(places, entry.source.repo), "blobs", name);
	await rename(partial, blob);
	await syncFolder(dirname(blob));
	const real = await pointTo(home, blob, link);
	await syncFolder(dirname(home));
	return real;
}

/** A relative link, as the hub's tools make it; without links on this system the file itself moves there. */
async function pointTo(
	home: string,
	blob: string,
	link: typeof symlink,
): Promise<string> {
	const staged = `${home}.${process.pid}.link`;
	await rm(staged, { force: true });
	try {
		await link(relative(dirname(home), blob), staged);
	} catch {
		if ((await lstat(home).catch(() => undefined))?.isDirectory())
			throw new Error(`${home} is a folder`);
		await rename(blob, home).catch(async () => {
			await copyFile(blob, home);
			await rm(blob, { force: true });
		});
		return home;
	}
	await rename(staged, home);
	return blob;
}

/** So that a name survives a power cut. Not every system can. */
async function syncFolder(folder: string): Promise<void> {
	try {
		await using handle = await open(folder, "r");
		await handle.sync();
	} catch {}
}
