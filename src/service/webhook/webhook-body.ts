import type {
	Job,
	JobEvent,
	JobFile,
	JobWebhook,
	WebhookEventType,
} from "../job.ts";

/** Absolute addresses of what a message names. */
export interface WebhookLinks {
	job(jobId: string): string;
	/** Works without a key, and at least as long as a message is tried. */
	file(jobId: string, name: string): string;
}

/** Standard Webhooks asks for less than 20 kB. */
const MAX_BODY_BYTES = 19_000;
const MAX_TEXT = 1000;
/** What a receiver needs first. */
const FILE_ORDER: readonly JobFile["role"][] = [
	"model",
	"report",
	"comparison",
	"preview",
	"mask",
];
/** The words of the shop worker's protocol. */
const CALLBACK_STATUS = {
	queued: "queued",
	running: "processing",
	succeeded: "completed",
	failed: "failed",
	cancelled: "cancelled",
} as const;

/** The JSON of a message: the state is that of the event, the rest is of the job as it stands. */
export function webhookBody(
	form: JobWebhook["form"],
	type: WebhookEventType,
	event: JobEvent,
	job: Job,
	links: WebhookLinks,
): string {
	return form === "callback"
		? JSON.stringify(callbackBody(event, job, links))
		: standardBody(type, event, job, links);
}

function standardBody(
	type: WebhookEventType,
	event: JobEvent,
	job: Job,
	links: WebhookLinks,
): string {
	const files = event.state === "succeeded" ? sortFiles(job.files) : [];
	const error =
		event.state === "failed" ? (event.error ?? job.error) : undefined;
	const { engine, fraction, step } = event.progress;
	const render = (fileCount: number): string =>
		JSON.stringify({
			type,
			timestamp: new Date(event.at).toISOString(),
			data: {
				jobId: job.id,
				state: event.state,
				progress: fraction,
				step,
				...(engine === undefined ? {} : { engine }),
				attempts: job.attempts,
				...(job.request.title === undefined
					? {}
					: { title: job.request.title }),
				tags: job.request.tags,
				metadata: job.request.metadata,
				...(error
					? {
							error: {
								code: error.code,
								kind: error.kind,
								message: cut(error.message),
								hint: error.hint,
							},
						}
					: {}),
				...(event.state === "succeeded" && job.result
					? {
							outcomes: job.result.outcomes.map((outcome) => ({
								...outcome,
								summary: cut(outcome.summary),
							})),
							files: files.slice(0, fileCount).map((file) => ({
								name: file.name,
								role: file.role,
								mimeType: file.mimeType,
								sizeBytes: file.sizeBytes,
								sha256: file.sha256,
								url: links.file(job.id, file.name),
							})),
							...(fileCount < files.length
								? { filesLeftOut: files.length - fileCount }
								: {}),
						}
					: {}),
				url: links.job(job.id),
			},
		});
	let count = files.length;
	let body = render(count);
	while (Buffer.byteLength(body) > MAX_BODY_BYTES && count > 0) {
		count = Math.floor(count * 0.7);
		body = render(count);
	}
	return body;
}

/** As the back end of the shop worker that this replaces reads it. */
function callbackBody(
	event: JobEvent,
	job: Job,
	links: WebhookLinks,
): Record<string, unknown> {
	const model =
		event.state === "succeeded"
			? sortFiles(job.files).find(({ role }) => role === "model")
			: undefined;
	const error = event.error ?? job.error;
	return {
		job_id: job.id,
		status: CALLBACK_STATUS[event.state],
		progress:
			event.state === "succeeded"
				? 100
				: Math.min(99, Math.floor(event.progress.fraction * 100)),
		model_url: model ? links.file(job.id, model.name) : null,
		error_message:
			event.state === "failed" && error ? cut(error.message) : null,
		metadata: job.request.metadata,
	};
}

/** Models first, GLB before other models; as they are otherwise. */
function sortFiles(files: readonly JobFile[]): JobFile[] {
	const rank = ({ role, name }: JobFile): number =>
		2 * FILE_ORDER.indexOf(role) + (name.endsWith(".glb") ? 0 : 1);
	return [...files].sort((a, b) => rank(a) - rank(b));
}

function cut(text: string): string {
	return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`;
}
