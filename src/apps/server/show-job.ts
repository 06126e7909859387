import type { Job, JobOutlook } from "../../service/job.ts";
import type { JobService } from "../../service/service.ts";
import type { JobView } from "./schemas/job-view.ts";

/** Turns a path of this server into what a client may be given: signed where keys are asked for. */
export type Link = (path: string) => string;

/** A job as it is shown: links added, secrets left out. */
export function showJob(job: Job, outlook: JobOutlook, link: Link): JobView {
	const self = `/v1/jobs/${job.id}`;
	const { webhook, inputs, ...request } = job.request;
	return {
		...job,
		request: {
			...request,
			inputs: inputs.map((input) => ({
				...input,
				url: link(`${self}/inputs/${encodeURIComponent(input.label)}`),
			})),
			...(webhook
				? {
						webhook: {
							url: webhook.url,
							events: webhook.events,
							form: webhook.form,
						},
					}
				: {}),
		},
		files: job.files.map((file) => ({
			...file,
			url: link(fileLink(job.id, file.name)),
		})),
		outlook,
		links: {
			self,
			events: link(`${self}/events`),
			files: `${self}/files`,
		},
	};
}

/** The path of one file of a job. */
export function fileLink(jobId: string, name: string): string {
	const path = name.split("/").map(encodeURIComponent).join("/");
	return `/v1/jobs/${jobId}/files/${path}`;
}

/** What is to be expected of a job; nothing of one that has ended. */
export async function outlookOf(
	service: JobService,
	job: Job,
): Promise<JobOutlook> {
	if (job.state !== "queued" && job.state !== "running") return {};
	return (await service.get(job.id)).outlook;
}

/** Pages ask for the whole list again and again. */
const LIST_FRESH_MS = 1000;
const MOST_REMEMBERED = 2000;

/** What was expected of a job a moment ago, for lists: asking costs as much as all the rest of them. */
export function rememberOutlooks(service: JobService): {
	of(job: Job): Promise<JobOutlook>;
} {
	const remembered = new Map<
		string,
		{
			readonly outlook: JobOutlook;
			readonly state: Job["state"];
			readonly askedMs: number;
		}
	>();
	return {
		async of(job) {
			if (job.state !== "queued" && job.state !== "running") return {};
			const known = remembered.get(job.id);
			if (
				known?.state === job.state &&
				performance.now() - known.askedMs < LIST_FRESH_MS
			)
				return known.outlook;
			const outlook = await outlookOf(service, job);
			if (remembered.size >= MOST_REMEMBERED) remembered.clear();
			remembered.set(job.id, {
				outlook,
				state: job.state,
				askedMs: performance.now(),
			});
			return outlook;
		},
	};
}
