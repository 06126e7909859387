import type { JobRequest } from "./job.ts";

/** A hash that belongs to no bytes. */
export function someHash(n: number): string {
	return n.toString(16).padStart(64, "0");
}

/** A request that is as plain as can be. */
export function plainRequest(changes: Partial<JobRequest> = {}): JobRequest {
	return {
		inputs: [{ sha256: someHash(1), sizeBytes: 10, label: "shoe.png" }],
		engines: ["relief"],
		engineOptions: {},
		options: {},
		formats: ["glb"],
		previewFirst: false,
		priority: 0,
		dependsOn: [],
		maxAttempts: 3,
		softLimitSeconds: 60,
		hardLimitSeconds: 90,
		reuse: false,
		tags: [],
		metadata: {},
		...changes,
	};
}

/** All that a stream gives. */
export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
	const all: T[] = [];
	for await (const one of stream) all.push(one);
	return all;
}
