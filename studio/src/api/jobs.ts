import { request, requestJson } from "./http.ts";
import type {
	CancelOutcome,
	JobCreate,
	JobList,
	JobState,
	JobView,
} from "./types.ts";

export interface JobQuery {
	readonly state?: JobState;
	readonly engine?: string;
	readonly tag?: string;
	readonly favourite?: boolean;
	readonly search?: string;
	readonly limit?: number;
	readonly cursor?: string;
}

export function createJob(body: JobCreate): Promise<JobView> {
	return requestJson("/v1/jobs", {
		method: "POST",
		json: body,
		headers: { "idempotency-key": crypto.randomUUID() },
	});
}

export function getJob(id: string, signal?: AbortSignal): Promise<JobView> {
	return requestJson(`/v1/jobs/${id}`, signal ? { signal } : {});
}

export function listJobs(
	query: JobQuery,
	signal?: AbortSignal,
): Promise<JobList> {
	const params = new URLSearchParams();
	for (const [name, value] of Object.entries(query))
		if (value !== undefined && value !== "") params.set(name, String(value));
	return requestJson(`/v1/jobs?${params}`, signal ? { signal } : {});
}

export function annotateJob(
	id: string,
	changes: {
		readonly title?: string;
		readonly tags?: readonly string[];
		readonly favourite?: boolean;
	},
): Promise<JobView> {
	return requestJson(`/v1/jobs/${id}`, { method: "PATCH", json: changes });
}

export async function deleteJob(id: string): Promise<void> {
	await request(`/v1/jobs/${id}`, { method: "DELETE" });
}

export function cancelJob(
	id: string,
	confirm: boolean,
): Promise<{ outcome: CancelOutcome; job: JobView }> {
	return requestJson(`/v1/jobs/${id}/cancel`, {
		method: "POST",
		json: { confirm },
	});
}

export function retryJob(id: string): Promise<JobView> {
	return requestJson(`/v1/jobs/${id}/retry`, { method: "POST", json: {} });
}

/** A link to one file that works without a key, until it expires. */
export function linkTo(
	id: string,
	file: string,
	expiresInSeconds: number,
): Promise<{ url: string; expiresAt: number }> {
	return requestJson(`/v1/jobs/${id}/links`, {
		method: "POST",
		json: { file, expiresInSeconds },
	});
}
