import { join } from "node:path";
import type { JobRequest } from "../../service/job.ts";
import { openDiskBlobs } from "../disk/blob-storage.ts";
import { openStore, type Store } from "../sqlite/open-store.ts";

export function requestOf(inputs: JobRequest["inputs"]): JobRequest {
	return {
		inputs,
		engines: ["relief"],
		engineOptions: {},
		options: {},
		formats: ["glb"],
		previewFirst: false,
		priority: 0,
		dependsOn: [],
		maxAttempts: 1,
		softLimitSeconds: 10,
		hardLimitSeconds: 20,
		reuse: false,
		tags: [],
		metadata: {},
	};
}

/** Finished jobs, each with a picture and a model of its own; answers with their ids. */
export async function addFinished(
	dataPath: string,
	store: Store,
	ids: readonly string[],
): Promise<void> {
	const blobs = await openDiskBlobs(join(dataPath, "blobs"));
	for (const id of ids) {
		const input = await blobs.put(Buffer.from(`picture of ${id}`));
		await store.jobs.add([
			{
				id,
				request: requestOf([{ ...input, label: "a.png" }]),
				workHash: id,
				owner: "",
				sizeClass: "s",
			},
		]);
		const claimed = await store.jobs.claim();
		if (claimed?.job.id !== id) throw new Error("another job was queued");
		const model = await blobs.put(Buffer.from(`model of ${id}`.repeat(100)));
		await store.jobs.succeed(claimed.attempt, { outcomes: [] }, [
			{
				name: "model.glb",
				role: "model",
				...model,
				mimeType: "model/gltf-binary",
			},
		]);
	}
}

/** A data folder with such jobs in it, closed. */
export async function seedData(
	dataPath: string,
	ids: readonly string[],
): Promise<void> {
	const store = openStore(dataPath);
	await addFinished(dataPath, store, ids);
	await store.close();
}

/** Ids of all jobs, oldest first. Throws what a server would meet. */
export async function jobsIn(dataPath: string): Promise<string[]> {
	const store = openStore(dataPath, { readOnly: true });
	try {
		await store.jobs.check();
		const { jobs } = await store.jobs.list({}, 10_000);
		return jobs.map(({ id }) => id).reverse();
	} finally {
		await store.close();
	}
}
