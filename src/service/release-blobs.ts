import type { Logger } from "../core/run-context.ts";
import type { BlobStorage } from "./ports/blob-storage.ts";
import type { JobStore } from "./ports/job-store.ts";

/** What was put so lately may be about to be named by a job. */
const FRESH_MS = 60_000;

/** Removes blobs that no job names any more: soon, but never under the hands of who is about to submit them. */
export interface BlobReleaser {
	release(hashes: readonly string[]): void;
	/** While the work lasts, none of these is removed. */
	holding<T>(hashes: readonly string[], work: () => Promise<T>): Promise<T>;
	close(): Promise<void>;
}

export function createBlobReleaser(
	store: Pick<JobStore, "isUsed">,
	blobs: Pick<BlobStorage, "remove">,
	log: Logger,
	freshMs: number = FRESH_MS,
): BlobReleaser {
	const waiting = new Set<string>();
	const held = new Map<string, number>();
	const removing = new Map<string, Promise<void>>();
	let timer: NodeJS.Timeout | undefined;
	let isClosed = false;

	const sweep = async (): Promise<void> => {
		timer = undefined;
		for (const sha256 of [...waiting]) {
			if (isClosed) return;
			if (held.has(sha256) || removing.has(sha256)) continue;
			const removal = remove(sha256);
			removing.set(sha256, removal);
			await removal;
			removing.delete(sha256);
		}
		if (waiting.size > 0 && !isClosed)
			timer ??= setTimeout(() => void sweep(), freshMs + 10).unref();
	};

	const remove = async (sha256: string): Promise<void> => {
		try {
			const gone =
				(await store.isUsed(sha256)) || (await blobs.remove(sha256, freshMs));
			if (gone) waiting.delete(sha256);
		} catch (error) {
			// The retention sweep finds it later.
			waiting.delete(sha256);
			log.warn(`a blob was not removed: ${error}`, { sha256 });
		}
	};

	return {
		release(hashes) {
			for (const sha256 of hashes) waiting.add(sha256);
			if (waiting.size > 0 && !isClosed)
				timer ??= setTimeout(() => void sweep(), 0).unref();
		},
		async holding(hashes, work) {
			for (const sha256 of hashes)
				held.set(sha256, (held.get(sha256) ?? 0) + 1);
			try {
				await Promise.all(hashes.map((sha256) => removing.get(sha256)));
				return await work();
			} finally {
				for (const sha256 of hashes) {
					const count = (held.get(sha256) ?? 1) - 1;
					if (count === 0) held.delete(sha256);
					else held.set(sha256, count);
				}
			}
		},
		async close() {
			isClosed = true;
			clearTimeout(timer);
			await Promise.all(removing.values());
		},
	};
}
