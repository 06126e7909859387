import { z } from "zod";
import { LunarError } from "../../../core/errors.ts";
import { describeHead } from "../check-upload.ts";
import type { App, ServerContext } from "../context.ts";
import {
	bytesAnswer,
	ERROR_ANSWERS,
	flagSchema,
	jobIdSchema,
	jobParams,
} from "../schemas/common.ts";
import { fileViewSchema } from "../schemas/job-view.ts";
import { sendBlob } from "../send-blob.ts";
import { fileLink, type Link } from "../show-job.ts";
import type { LinkSigner } from "../sign-link.ts";
import { ownJob } from "./jobs.ts";

const MAX_LINK_SECONDS = 7 * 86_400;
const SNIFF_BYTES = 64;

/** Files of a job: what came out, what went in, and links for those without a key. */
export function registerJobFiles(
	app: App,
	context: ServerContext,
	link: Link,
	signer: LinkSigner,
): void {
	const { service, now } = context;

	app.get(
		"/v1/jobs/:id/files",
		{
			config: { scope: "read" },
			schema: {
				tags: ["files"],
				summary: "The files of a job",
				params: jobParams,
				response: {
					200: z.object({ files: z.array(fileViewSchema) }),
					...ERROR_ANSWERS,
				},
			},
		},
		async (request) => {
			const { job } = await ownJob(context, request.params.id, request.caller);
			return {
				files: job.files.map((file) => ({
					...file,
					url: link(fileLink(job.id, file.name)),
				})),
			};
		},
	);

	app.get(
		"/v1/jobs/:id/files/*",
		{
			config: { scope: "read", signable: true },
			schema: {
				tags: ["files"],
				summary: "The bytes of one file; ranges and If-None-Match are answered",
				params: z.object({ id: jobIdSchema, "*": z.string().min(1).max(500) }),
				querystring: z.object({
					inline: flagSchema
						.optional()
						.describe("1: to be shown in place, not to be saved"),
				}),
				response: {
					200: bytesAnswer("The file", "application/octet-stream"),
					206: bytesAnswer("A range of it", "application/octet-stream"),
					304: z.null().describe("The client has it"),
					416: bytesAnswer("No such range", "text/plain"),
					...ERROR_ANSWERS,
				},
			},
		},
		async (request, reply) => {
			const { job } = await ownJob(context, request.params.id, request.caller);
			const file = fileNamed(job, request.params["*"]);
			return sendBlob(request, reply, service.blobs, {
				...file,
				name: downloadName(job.request.title, file.name),
				inline: request.query.inline ?? false,
			});
		},
	);

	app.post(
		"/v1/jobs/:id/links",
		{
			config: { scope: "read" },
			schema: {
				tags: ["files"],
				summary: "A link to one file that works without a key, for a time",
				params: jobParams,
				body: z.strictObject({
					file: z.string().min(1).max(500),
					expiresInSeconds: z
						.number()
						.int()
						.min(1)
						.max(MAX_LINK_SECONDS)
						.default(3600),
				}),
				response: {
					200: z.object({ url: z.string(), expiresAt: z.number() }),
					...ERROR_ANSWERS,
				},
			},
		},
		async (request) => {
			const { job } = await ownJob(context, request.params.id, request.caller);
			const file = fileNamed(job, request.body.file);
			const expiresAt = now() + request.body.expiresInSeconds * 1000;
			return {
				url: signer.sign(fileLink(job.id, file.name), expiresAt),
				expiresAt,
			};
		},
	);

	app.get(
		"/v1/jobs/:id/inputs/:label",
		{
			config: { scope: "read", signable: true },
			schema: {
				tags: ["files"],
				summary: "One of the pictures that the job was made from",
				params: z.object({ id: jobIdSchema, label: z.string().max(300) }),
				response: {
					200: bytesAnswer("The picture", "image/*"),
					304: z.null().describe("The client has it"),
					...ERROR_ANSWERS,
				},
			},
		},
		async (request, reply) => {
			const { id, label } = request.params;
			const { job } = await ownJob(context, id, request.caller);
			const input = job.request.inputs.find((item) => item.label === label);
			if (input === undefined)
				throw new LunarError("FILE_UNKNOWN", `${id} has no input "${label}"`);
			const head = await service.blobs.read(input.sha256, {
				start: 0,
				end: Math.min(input.sizeBytes, SNIFF_BYTES) - 1,
			});
			const looks = describeHead(
				new Uint8Array(await new Response(head).arrayBuffer()),
			);
			return sendBlob(request, reply, service.blobs, {
				...input,
				mimeType: looks?.mimeType ?? "application/octet-stream",
				name: input.label,
				inline: true,
			});
		},
	);
}

function fileNamed(
	job: Awaited<ReturnType<typeof ownJob>>["job"],
	name: string,
): (typeof job.files)[number] {
	const file = job.files.find((item) => item.name === name);
	if (file === undefined)
		throw new LunarError("FILE_UNKNOWN", `${job.id} has no file "${name}"`);
	return file;
}

/** "Red shoe" and "previews/hero.png" → "Red shoe hero.png". */
function downloadName(title: string | undefined, name: string): string {
	const last = name.split("/").at(-1) ?? name;
	return title ? `${title.replace(/[/\\]/g, "_")} ${last}` : last;
}
