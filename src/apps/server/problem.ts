import type { FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import {
	asLunarError,
	type ErrorCode,
	type ErrorKind,
	LunarError,
} from "../../core/errors.ts";
import type { Logger } from "../../core/run-context.ts";

// Errors as RFC 9457 (Problem Details for HTTP APIs, 2023) answers.

const STATUS_BY_KIND: Readonly<Record<ErrorKind, number>> = {
	"invalid-input": 400,
	"not-found": 404,
	conflict: 409,
	denied: 403,
	"too-many": 429,
	"resource-limit": 422,
	unavailable: 503,
	cancelled: 409,
	internal: 500,
};
const STATUS_BY_CODE: Partial<Record<ErrorCode, number>> = {
	UNAUTHORIZED: 401,
	FILE_TOO_LARGE: 413,
	REQUEST_TOO_LARGE: 413,
	PICTURE_UNSUPPORTED: 415,
	DISK_FULL: 507,
};
/** Every status an error answer may have: for the description of each route. */
export const ERROR_STATUSES = [
	400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503, 507,
] as const;

/** One field, file or header of the request that was not accepted. */
export interface FieldProblem {
	/** 'images.0.url', 'options.faces', or the name of the file. */
	readonly field: string;
	readonly message: string;
	readonly limit?: string | number;
	readonly seen?: string | number | boolean | null;
}

export interface Problem {
	readonly type: string;
	readonly title: string;
	readonly status: number;
	readonly detail: string;
	readonly code: ErrorCode;
	readonly kind: ErrorKind;
	readonly hint: string;
	readonly step?: string;
	readonly errors?: readonly FieldProblem[];
	readonly instance: string;
}

/** An error that says which fields it is about. */
export class FieldError extends LunarError {
	readonly fields: readonly FieldProblem[];

	constructor(
		code: ErrorCode,
		fields: readonly FieldProblem[],
		options?: { cause?: unknown },
	) {
		super(
			code,
			fields.map(({ field, message }) => `${field}: ${message}`).join("; "),
			options,
		);
		this.fields = fields;
	}
}

export function statusOf(error: LunarError): number {
	return STATUS_BY_CODE[error.code] ?? STATUS_BY_KIND[error.kind];
}

/** What is told of an error. Of a bug only that it is one: the log has the rest. */
export function toProblem(error: LunarError, instance: string): Problem {
	const hidden = error.code === "BUG";
	return {
		type: `/errors/${error.code.toLowerCase().replaceAll("_", "-")}`,
		title: titleOf(error.code),
		status: statusOf(error),
		detail: hidden
			? "Something went wrong inside the server; its log says what."
			: error.message,
		code: error.code,
		kind: error.kind,
		hint: error.hint,
		...(error.step === undefined ? {} : { step: error.step }),
		...(error instanceof FieldError ? { errors: error.fields } : {}),
		instance,
	};
}

/** "FILE_TOO_LARGE" → "File too large". */
function titleOf(code: ErrorCode): string {
	const words = code.toLowerCase().replaceAll("_", " ");
	return words[0].toUpperCase() + words.slice(1);
}

/** The one place where errors become answers. */
export function createErrorHandler(
	log: Logger,
): (thrown: unknown, request: FastifyRequest, reply: FastifyReply) => void {
	return (thrown, request, reply) => {
		const error = fromFastify(thrown);
		const problem = toProblem(error, request.id);
		if (problem.status >= 500)
			log.error(`${request.method} ${pathOf(request.url)} failed`, {
				requestId: request.id,
				code: error.code,
				message: error.message,
				stack: stackOf(error),
			});
		if (error.code === "UNAUTHORIZED")
			reply.header("www-authenticate", 'Bearer realm="lunar-nova"');
		if (
			[429, 503].includes(problem.status) &&
			reply.getHeader("retry-after") === undefined
		)
			reply.header("retry-after", "10");
		closeUnread(request);
		reply
			.code(problem.status)
			.header("cache-control", "no-store")
			.type("application/problem+json")
			.serializer(JSON.stringify)
			.send(problem);
	};
}

/** How long a client may go on sending what nobody reads. */
const DRAIN_MS = 5000;

/**
 * A body that was refused half-way: what still comes is thrown away for a while, so that the client gets to read the
 * answer, then the connection ends. Otherwise a slow sender would hold it for long. Without "connection: close": Node
 * would then end the connection with the answer, and the bytes still under way would reset it before the client has read.
 */
function closeUnread({ raw }: FastifyRequest): void {
	if (raw.complete || raw.readableEnded || raw.method === "GET") return;
	raw.unpipe();
	raw.on("error", () => {});
	raw.resume();
	const timer = setTimeout(() => raw.socket.destroy(), DRAIN_MS);
	timer.unref();
	raw.once("close", () => clearTimeout(timer));
}

/** Errors of Fastify and its plugins, in our words. */
function fromFastify(thrown: unknown): LunarError {
	if (thrown instanceof LunarError) return thrown;
	const {
		code = "",
		statusCode = 500,
		message = "",
	} = thrown instanceof Error
		? (thrown as Error & { code?: string; statusCode?: number })
		: {};
	if (code === "FST_ERR_CTP_BODY_TOO_LARGE")
		return new LunarError("REQUEST_TOO_LARGE", message, { cause: thrown });
	if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE")
		return new LunarError("REQUEST_INVALID", message, { cause: thrown });
	if (code === "ENOSPC")
		return new LunarError("DISK_FULL", "the disk is full", { cause: thrown });
	if (statusCode === 404)
		return new LunarError("NOT_FOUND", message, { cause: thrown });
	if (statusCode >= 400 && statusCode < 500)
		return new LunarError("REQUEST_INVALID", message, { cause: thrown });
	return asLunarError(thrown);
}

function stackOf(error: LunarError): string | undefined {
	return error.cause instanceof Error ? error.cause.stack : error.stack;
}

/** Without the query: signatures and searches stay out of logs. */
export function pathOf(url: string): string {
	const at = url.indexOf("?");
	return at === -1 ? url : url.slice(0, at);
}

const MAX_FIELDS = 20;

/** What a schema found wrong, field by field. */
export function fieldsOf(
	error: z.core.$ZodError,
	input: unknown,
	prefix = "",
): FieldProblem[] {
	return error.issues.slice(0, MAX_FIELDS).flatMap((issue) => {
		const path = issue.path.map(String);
		if (issue.code === "unrecognized_keys")
			return issue.keys.slice(0, MAX_FIELDS).map((key) => ({
				field: nameOf(prefix, [...path, key]),
				message: "is not known here",
			}));
		const seen = valueAt(input, issue.path);
		const limit =
			"maximum" in issue
				? issue.maximum
				: "minimum" in issue
					? issue.minimum
					: undefined;
		return [
			{
				field: nameOf(prefix, path),
				message: issue.message,
				...(limit === undefined ? {} : { limit: Number(limit) }),
				...(isPlain(seen) ? { seen: shorten(seen) } : {}),
			},
		];
	});
}

function nameOf(prefix: string, path: readonly string[]): string {
	return [prefix, ...path].filter((part) => part !== "").join(".") || "body";
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
	let value = input;
	for (const key of path) {
		if (typeof value !== "object" || value === null) return undefined;
		value = (value as Record<PropertyKey, unknown>)[key];
	}
	return value;
}

function isPlain(value: unknown): value is string | number | boolean | null {
	return (
		value === null || ["string", "number", "boolean"].includes(typeof value)
	);
}

function shorten<T>(value: T): T | string {
	return typeof value === "string" && value.length > 100
		? `${value.slice(0, 100)}…`
		: value;
}
