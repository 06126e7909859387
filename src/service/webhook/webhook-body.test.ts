import { describe, expect, it } from "vitest";
import type { JobFile } from "../job.ts";
import { someEvent, someJob } from "./job.test-support.ts";
import { webhookBody } from "./webhook-body.ts";

const LINKS = {
	job: (id: string) => `http://x/v1/jobs/${id}`,
	file: (id: string, name: string) =>
		`http://x/v1/jobs/${id}/files/${name}?s=1`,
};

function file(name: string, role: JobFile["role"]): JobFile {
	return { name, role, sha256: "ab", sizeBytes: 5, mimeType: "x/y" };
}
const FILES = [
	file("previews/hero.png", "preview"),
	file("report.json", "report"),
	file("model.usdz", "model"),
	file("model.glb", "model"),
];
const ERROR = {
	code: "NO_FOREGROUND",
	kind: "invalid-input",
	message: "x".repeat(5000),
	hint: "Photograph it again.",
} as const;

describe("the callback form", () => {
	it.each([
		[someEvent(), { status: "processing", progress: 45, model_url: null }],
		[
			someEvent({ type: "state", state: "succeeded" }),
			{
				status: "completed",
				progress: 100,
				model_url: "http://x/v1/jobs/job_01/files/model.glb?s=1",
			},
		],
		[
			someEvent({ type: "state", state: "cancelled" }),
			{ status: "cancelled", model_url: null },
		],
	])("%#", (event, part) => {
		const body = JSON.parse(
			webhookBody(
				"callback",
				"job.progress",
				event,
				someJob({ files: FILES }),
				LINKS,
			),
		);
		expect(body).toMatchObject({
			job_id: "job_01",
			error_message: null,
			metadata: { order: 7 },
			...part,
		});
		expect(Object.keys(body)).toEqual([
			"job_id",
			"status",
			"progress",
			"model_url",
			"error_message",
			"metadata",
		]);
	});

	it("says what failed", () => {
		const event = someEvent({ type: "state", state: "failed", error: ERROR });
		const body = JSON.parse(
			webhookBody("callback", "job.failed", event, someJob(), LINKS),
		);
		expect(body).toMatchObject({ status: "failed", model_url: null });
		expect(body.error_message.length).toBeLessThan(1010);
	});
});

describe("the standard form", () => {
	const render = (state: "succeeded" | "failed" | "running", files = FILES) =>
		webhookBody(
			"standard",
			state === "running" ? "job.progress" : `job.${state}`,
			someEvent({
				type: state === "running" ? "progress" : "state",
				state,
				...(state === "failed" ? { error: ERROR } : {}),
			}),
			someJob({ files, result: { outcomes: [] } }),
			LINKS,
		);

	it("has type, time and data", () => {
		expect(JSON.parse(render("running"))).toEqual({
			type: "job.progress",
			timestamp: "2023-11-14T22:13:20.000Z",
			data: {
				jobId: "job_01",
				state: "running",
				progress: 0.456,
				step: "shape/fit",
				engine: "relief",
				attempts: 1,
				tags: ["shop"],
				metadata: { order: 7 },
				url: "http://x/v1/jobs/job_01",
			},
		});
	});

	it("names the files, models first", () => {
		const { data } = JSON.parse(render("succeeded"));
		expect(data.files.map(({ name }: JobFile) => name)).toEqual([
			"model.glb",
			"model.usdz",
			"report.json",
			"previews/hero.png",
		]);
		expect(JSON.parse(render("failed")).data).toMatchObject({
			error: { code: "NO_FOREGROUND", hint: "Photograph it again." },
		});
	});

	it("stays below 20 kB, keeping the model", () => {
		const many = Array.from({ length: 300 }, (_, k) =>
			file(`previews/turntable-${k}.png`, "preview"),
		);
		const body = render("succeeded", [...many, ...FILES]);
		expect(Buffer.byteLength(body)).toBeLessThan(20_000);
		const { data } = JSON.parse(body);
		expect(data.files[0].name).toBe("model.glb");
		expect(data.files.length + data.filesLeftOut).toBe(304);
	});
});
