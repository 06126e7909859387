import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { BlobStorage } from "../../service/ports/blob-storage.ts";
import { contentDisposition } from "./clean-label.ts";
import { type ByteRange, parseRange } from "./parse-range.ts";

export interface SentFile {
	readonly sha256: string;
	readonly sizeBytes: number;
	readonly mimeType: string;
	/** For whoever saves it. */
	readonly name: string;
	/** Shown in place of being saved, where its type allows that. */
	readonly inline: boolean;
}

/** Types that a browser may show in place. */
const SHOWN =
	/^(image\/(png|jpeg|webp|gif|avif)|model\/gltf-binary|application\/json|text\/plain)$/;

/** A page that we made: shown without scripts, without any origin, without the network. */
const PAGE_POLICY =
	"sandbox; default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; font-src data:; frame-ancestors 'self'";
const FILE_POLICY = "sandbox; default-src 'none'; frame-ancestors 'self'";

/** Answers with a blob: whole, a range of it, or 304 where the client has it. */
export async function sendBlob(
	request: FastifyRequest,
	reply: FastifyReply,
	blobs: BlobStorage,
	file: SentFile,
): Promise<FastifyReply> {
	const etag = `"${file.sha256}"`;
	const isPage = file.mimeType.startsWith("text/html");
	const inline = file.inline && (isPage || SHOWN.test(file.mimeType));
	reply
		.header("etag", etag)
		.header("accept-ranges", "bytes")
		.header("cache-control", "private, no-cache")
		.header("content-security-policy", isPage ? PAGE_POLICY : FILE_POLICY)
		.header(
			"content-disposition",
			contentDisposition(inline ? "inline" : "attachment", file.name),
		);
	if (matches(request.headers["if-none-match"], etag))
		return reply.code(304).send();
	const ifRange = request.headers["if-range"];
	const range: ByteRange | "bad" | undefined =
		ifRange !== undefined && ifRange !== etag
			? undefined
			: parseRange(request.headers.range, file.sizeBytes);
	if (range === "bad")
		return reply
			.code(416)
			.header("content-range", `bytes */${file.sizeBytes}`)
			.header("content-disposition", "inline")
			.type("text/plain")
			.send(`the file has ${file.sizeBytes} bytes\n`);
	reply.type(
		isPage || file.mimeType === "text/plain"
			? `${file.mimeType.split(";")[0]}; charset=utf-8`
			: file.mimeType,
	);
	if (range)
		reply
			.code(206)
			.header(
				"content-range",
				`bytes ${range.start}-${range.end}/${file.sizeBytes}`,
			);
	reply.header(
		"content-length",
		range ? range.end - range.start + 1 : file.sizeBytes,
	);
	// A stream, so that the length stays what it would be.
	if (request.method === "HEAD") return reply.send(Readable.from([]));
	const bytes = await blobs.read(file.sha256, range);
	return reply.send(Readable.fromWeb(bytes as ReadableStream));
}

function matches(header: string | undefined, etag: string): boolean {
	const tags = header?.split(",") ?? [];
	return tags
		.map((tag) => tag.trim().replace(/^W\//, ""))
		.some((tag) => tag === etag || tag === "*");
}
