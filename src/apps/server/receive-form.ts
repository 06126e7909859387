import type { FastifyRequest } from "fastify";
import { LunarError } from "../../core/errors.ts";
import { megabytes } from "../../formats/picture/limits.ts";
import type { Config } from "../../service/config.ts";
import type { BlobStorage } from "../../service/ports/blob-storage.ts";
import {
	checkUpload,
	type UploadKind,
	type UploadLooks,
} from "./check-upload.ts";
import { cleanLabel } from "./clean-label.ts";
import { FieldError } from "./problem.ts";

/** One file of a form, on the disk as a blob. */
export interface ReceivedFile extends UploadLooks {
	readonly field: string;
	readonly sha256: string;
	readonly sizeBytes: number;
	readonly label: string;
}

export interface ReceivedForm {
	readonly files: readonly ReceivedFile[];
	readonly fields: ReadonlyMap<string, string>;
}

/** What each field of a form may bring: a kind of file, or text. */
export type FormFields = Readonly<Record<string, UploadKind | "text">>;

export interface FormOptions {
	/** Text fields that are not known are passed over, not refused. */
	readonly ignoreUnknownText?: boolean;
}

/** The file that is being read. */
interface OpenFile {
	file?: { destroy(error: Error): unknown };
}

const MAX_TEXT_BYTES = 1_000_000;
const MAX_TEXT_FIELDS = 50;

/**
 * Streams a form to the disk, each file to a blob. Nothing is in memory whole but text fields. Ends with a typed error at
 * the first thing that is not as it should be; blobs written before are unnamed and swept later.
 */
export async function receiveForm(
	request: FastifyRequest,
	blobs: Pick<BlobStorage, "put">,
	uploads: Config["uploads"],
	fields: FormFields,
	options: FormOptions = {},
): Promise<ReceivedForm> {
	if (!request.isMultipart())
		throw new LunarError(
			"REQUEST_INVALID",
			`the body is ${request.headers["content-type"] ?? "of no type"}, multipart/form-data is needed`,
		);
	checkLength(request, uploads);
	const open: OpenFile = {};
	const idle = watchIdle(request, uploads.idleSeconds);
	// Whoever writes the file at hand hears of it too, and takes back what was written.
	idle.failure.catch((error) => open.file?.destroy(error));
	try {
		return await Promise.race([
			readParts(request, blobs, uploads, fields, options, open),
			idle.failure,
		]);
	} catch (error) {
		throw inOurWords(error);
	} finally {
		idle.stop();
	}
}

async function readParts(
	request: FastifyRequest,
	blobs: Pick<BlobStorage, "put">,
	uploads: Config["uploads"],
	known: FormFields,
	{ ignoreUnknownText = false }: FormOptions,
	open: OpenFile,
): Promise<ReceivedForm> {
	const files: ReceivedFile[] = [];
	const fields = new Map<string, string>();
	let sent = 0;
	const parts = request.parts({
		limits: {
			fieldNameSize: 100,
			fieldSize: MAX_TEXT_BYTES,
			fields: MAX_TEXT_FIELDS,
			files: uploads.maxFiles,
			fileSize: uploads.maxRequestBytes,
			parts: uploads.maxFiles + MAX_TEXT_FIELDS,
			headerPairs: 20,
		},
	});
	for await (const part of parts) {
		const field = part.fieldname;
		const kind = Object.hasOwn(known, field) ? known[field] : undefined;
		if (kind === undefined && ignoreUnknownText && part.type === "field")
			continue;
		if (kind === undefined)
			throw new FieldError("REQUEST_INVALID", [
				{
					field: cleanLabel(field, "?"),
					message: `is no field of this form; known are ${Object.keys(known).join(", ")}`,
				},
			]);
		if (part.type === "field") {
			if (kind !== "text")
				throw new FieldError("REQUEST_INVALID", [
					{ field, message: "must be a file, text was sent" },
				]);
			if (part.valueTruncated)
				throw new FieldError("REQUEST_TOO_LARGE", [
					{
						field,
						message: `has more than ${MAX_TEXT_BYTES} bytes, the limit for text`,
						limit: MAX_TEXT_BYTES,
					},
				]);
			fields.set(field, textOf(part.value));
			continue;
		}
		open.file = part.file;
		const counted = countBytes(part.file, (bytes) => {
			sent += bytes;
			if (sent > uploads.maxRequestBytes)
				throw requestTooLarge(uploads.maxRequestBytes);
		});
		if (kind === "text") {
			// Browsers send a Blob of JSON as a file.
			fields.set(field, await readText(counted, field));
			continue;
		}
		const label = cleanLabel(part.filename, `${field}-${files.length + 1}`);
		let looks: UploadLooks = { mimeType: "application/octet-stream" };
		const checked = checkUpload(
			counted,
			{ kind, field, label, maxBytes: uploads.maxFileBytes },
			(seen) => {
				looks = seen;
			},
		);
		const blob = await blobs.put(checked, { maxBytes: uploads.maxFileBytes });
		files.push({ field, label, ...blob, ...looks });
	}
	return { files, fields };
}

async function* countBytes(
	bytes: AsyncIterable<Uint8Array>,
	count: (bytes: number) => void,
): AsyncIterable<Uint8Array> {
	for await (const chunk of bytes) {
		count(chunk.length);
		yield chunk;
	}
}

async function readText(
	bytes: AsyncIterable<Uint8Array>,
	field: string,
): Promise<string> {
	const chunks: Uint8Array[] = [];
	let total = 0;
	for await (const chunk of bytes) {
		total += chunk.length;
		if (total > MAX_TEXT_BYTES)
			throw new FieldError("REQUEST_TOO_LARGE", [
				{
					field,
					message: `has more than ${MAX_TEXT_BYTES} bytes, the limit for text`,
					limit: MAX_TEXT_BYTES,
				},
			]);
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString("utf8");
}

/** A part that says it is JSON comes parsed. */
function textOf(value: unknown): string {
	return typeof value === "string" ? value : JSON.stringify(value);
}

/** What the header says is refused before a byte is read. */
function checkLength(
	request: FastifyRequest,
	{ maxRequestBytes }: Config["uploads"],
): void {
	const said = Number(request.headers["content-length"] ?? 0);
	// Boundaries and headers of parts are not counted as content.
	if (said > maxRequestBytes + MAX_TEXT_BYTES)
		throw requestTooLarge(maxRequestBytes, said);
}

function requestTooLarge(limit: number, seen?: number): FieldError {
	return new FieldError("REQUEST_TOO_LARGE", [
		{
			field: "body",
			message: `${seen === undefined ? `has more than ${megabytes(limit)}` : `has ${megabytes(seen)}`}, the limit for all files of a request is ${megabytes(limit)}`,
			limit,
			...(seen === undefined ? {} : { seen }),
		},
	]);
}

/** Fails when nothing arrives for a while. */
function watchIdle(
	request: FastifyRequest,
	seconds: number,
): { readonly failure: Promise<never>; readonly stop: () => void } {
	const { socket } = request.raw;
	let seen = socket.bytesRead;
	let timer: NodeJS.Timeout | undefined;
	const failure = new Promise<never>((_, reject) => {
		timer = setInterval(() => {
			if (socket.bytesRead === seen)
				reject(
					new LunarError(
						"UPLOAD_BROKEN",
						`nothing arrived for ${seconds} s, the limit for an upload that stands still`,
					),
				);
			seen = socket.bytesRead;
		}, seconds * 1000);
	});
	return { failure, stop: () => clearInterval(timer) };
}

/** Errors of the parser, by what they mean. */
function inOurWords(error: unknown): unknown {
	if (error instanceof LunarError) return error;
	const { code = "", message = "" } = error as {
		code?: string;
		message?: string;
	};
	switch (code) {
		case "FST_FILES_LIMIT":
		case "FST_PARTS_LIMIT":
			return new LunarError(
				"TOO_MANY_INPUTS",
				"the form has more files than are taken in one request",
				{ cause: error },
			);
		case "FST_FIELDS_LIMIT":
			return new LunarError(
				"REQUEST_INVALID",
				`the form has more than ${MAX_TEXT_FIELDS} text fields, the limit`,
				{ cause: error },
			);
		case "ENOSPC":
			return new LunarError("DISK_FULL", "the disk is full", { cause: error });
		case "EROFS":
		case "EACCES":
			return new LunarError("STORE_UNWRITABLE", message, { cause: error });
	}
	return new LunarError(
		"UPLOAD_BROKEN",
		`the form ended early or is malformed: ${message}`,
		{ cause: error },
	);
}
