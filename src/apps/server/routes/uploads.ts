import { z } from "zod";
import { LunarError } from "../../../core/errors.ts";
import { describeHead } from "../check-upload.ts";
import type { App, ServerContext } from "../context.ts";
import { receiveForm } from "../receive-form.ts";
import { bytesAnswer, ERROR_ANSWERS } from "../schemas/common.ts";
import {
	addressSchema,
	foregroundAskSchema,
	foregroundSchema,
	uploadParams,
	uploadsSchema,
} from "../schemas/upload.ts";
import { sendBlob } from "../send-blob.ts";
import type { Link } from "../show-job.ts";
import { storeAddress } from "../store-sources.ts";

/** Pictures, before there is a job that uses them. */
export function registerUploads(
	app: App,
	context: ServerContext,
	link: Link,
): void {
	const { service, config, foreground } = context;
	app.post(
		"/v1/uploads",
		{
			config: { scope: "submit" },
			schema: {
				tags: ["uploads"],
				summary: "Upload pictures or a camera file; kept 24 hours unless used",
				consumes: ["multipart/form-data"],
				body: z.any().meta({
					type: "object",
					properties: {
						file: {
							type: "array",
							items: { type: "string", format: "binary" },
						},
						camera: { type: "string", format: "binary" },
					},
				}),
				response: { 201: uploadsSchema, ...ERROR_ANSWERS },
			},
		},
		async (request, reply) => {
			const { files } = await receiveForm(
				request,
				service.blobs,
				config.uploads,
				{ file: "picture", camera: "camera" },
			);
			if (files.length === 0)
				throw new LunarError("NO_INPUT", "the form has no file");
			return reply.code(201).send({
				uploads: files.map(({ field: _, ...file }) => ({
					id: `upl_${file.sha256}`,
					...file,
					url: link(`/v1/uploads/upl_${file.sha256}`),
				})),
			});
		},
	);

	app.post(
		"/v1/uploads/fetch",
		{
			config: { scope: "submit" },
			schema: {
				tags: ["uploads"],
				summary: "Take a picture from an address, as an upload",
				body: addressSchema,
				response: { 201: uploadsSchema, ...ERROR_ANSWERS },
			},
		},
		async (request, reply) => {
			const gone = new AbortController();
			const leave = (): void => gone.abort();
			request.raw.socket.once("close", leave);
			try {
				const file = await storeAddress(
					request.body.url,
					{
						kind: "picture",
						field: "url",
						label: undefined,
						fallback: "image",
					},
					context,
					gone.signal,
				);
				const id = `upl_${file.sha256}`;
				const url = link(`/v1/uploads/${id}`);
				return reply.code(201).send({ uploads: [{ id, ...file, url }] });
			} finally {
				request.raw.socket.off("close", leave);
			}
		},
	);

	app.get(
		"/v1/uploads/:id",
		{
			config: { scope: "read", signable: true },
			schema: {
				tags: ["uploads"],
				summary: "The bytes of an upload",
				params: uploadParams,
				response: {
					200: bytesAnswer("The picture", "image/*"),
					...ERROR_ANSWERS,
				},
			},
		},
		async (request, reply) => {
			const sha256 = request.params.id.slice("upl_".length);
			const sizeBytes = await service.blobs.size(sha256);
			if (sizeBytes === undefined)
				throw new LunarError("NOT_FOUND", `no upload ${request.params.id}`);
			const end = Math.min(sizeBytes, 64) - 1;
			const head = new Uint8Array(
				await new Response(
					await service.blobs.read(sha256, { start: 0, end }),
				).arrayBuffer(),
			);
			const mimeType =
				describeHead(head)?.mimeType ?? "application/octet-stream";
			return sendBlob(request, reply, service.blobs, {
				sha256,
				sizeBytes,
				mimeType,
				name: `${sha256.slice(0, 12)}.${mimeType.split("/")[1]}`,
				inline: true,
			});
		},
	);

	app.post(
		"/v1/uploads/:id/foreground",
		{
			config: { scope: "submit" },
			schema: {
				tags: ["uploads"],
				summary: "Where the object is in a picture, before a job is made of it",
				params: uploadParams,
				body: foregroundAskSchema.nullish(),
				response: { 200: foregroundSchema, ...ERROR_ANSWERS },
			},
		},
		async (request) => {
			const ask = request.body ?? {};
			const sha256 = await known(request.params.id);
			const gone = new AbortController();
			const leave = (): void => gone.abort();
			request.raw.socket.once("close", leave);
			try {
				const { maskSha256, ...found } = await foreground.find(
					{
						sha256,
						background: ask.background ?? "auto",
						...(ask.box ? { box: ask.box } : {}),
						...(ask.mask ? { maskSha256: await known(ask.mask) } : {}),
						...(ask.object === undefined ? {} : { object: ask.object }),
					},
					gone.signal,
				);
				return { ...found, maskUrl: link(`/v1/uploads/upl_${maskSha256}`) };
			} finally {
				request.raw.socket.off("close", leave);
			}
		},
	);

	async function known(id: string): Promise<string> {
		const sha256 = id.slice("upl_".length);
		if ((await service.blobs.size(sha256)) === undefined)
			throw new LunarError(
				"NOT_FOUND",
				`there is no upload ${id}; uploads are kept 24 hours`,
			);
		return sha256;
	}
}
