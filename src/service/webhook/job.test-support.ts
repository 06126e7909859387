import type { Job, JobEvent, JobWebhook } from "../job.ts";

/** A running job with nothing special about it. */
export function someJob(changes: Partial<Job> = {}, webhook?: JobWebhook): Job {
	return {
		id: "job_01",
		state: "running",
		request: {
			inputs: [],
			engines: ["auto"],
			engineOptions: {},
			options: {},
			formats: ["glb"],
			previewFirst: false,
			priority: 0,
			dependsOn: [],
			maxAttempts: 3,
			softLimitSeconds: 1,
			hardLimitSeconds: 2,
			reuse: true,
			tags: ["shop"],
			metadata: { order: 7 },
			...(webhook ? { webhook } : {}),
		},
		workHash: "",
		owner: "",
		createdAt: 0,
		updatedAt: 0,
		attempts: 1,
		cancelling: false,
		progress: { fraction: 0.5, step: "shape/fit" },
		notices: [],
		files: [],
		pastErrors: [],
		favourite: false,
		...changes,
	};
}

export function someEvent(changes: Partial<JobEvent> = {}): JobEvent {
	return {
		seq: 1,
		at: 1_700_000_000_000,
		jobId: "job_01",
		type: "progress",
		state: "running",
		progress: { fraction: 0.456, step: "shape/fit", engine: "relief" },
		...changes,
	};
}
