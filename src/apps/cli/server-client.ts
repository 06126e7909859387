import { setTimeout as delay } from "node:timers/promises";
import { ERRORS, type ErrorCode, LunarError } from "../../core/errors.ts";
import { readEventStream, type StreamEvent } from "./read-event-stream.ts";

/** A running server, as the command line sees it. */
export interface ServerClient {
	/** Without a slash at the end. */
	readonly url: string;
	/** JSON or a form in, JSON out (undefined where there is none). */
	ask<T>(method: Method, path: string, body?: unknown): Promise<T>;
	/** A form or JSON that is sent again when the line is cut: the same key makes the same job. */
	submit<T>(path: string, body: object, idempotencyKey: string): Promise<T>;
	bytes(path: string): Promise<Uint8Array>;
	/** Events until the server ends the stream for good; a cut line is taken up where it was. */
	events(path: string, signal: AbortSignal): AsyncIterable<StreamEvent>;
	/** Whether a Lunar server answers there, soon. */
	isThere(): Promise<boolean>;
}

type Method = "GET" | "POST" | "PATCH" | "DELETE";

const ANSWER_MS = 120_000;
const UPLOAD_MS = 30 * 60_000;
const PROBE_MS = 1500;
const SUBMIT_TRIES = 3;
/** Then a watched server is taken for gone: about three minutes. */
const EVENT_TRIES = 20;
const MAX_WAIT_MS = 10_000;

/** Talks to the server at this address with this API key. Throws the errors that the server answers, and SERVER_UNREACHABLE. */
export function createServerClient(
	address: string,
	apiKey: string | undefined,
	/** Between tries, for tests. */
	firstWaitMs = 500,
	/** Where requests go; default: over the network. */
	fetchFrom: typeof fetch = fetch,
): ServerClient {
	const url = checkAddress(address);
	const headers: Record<string, string> = {
		accept: "application/json",
		...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
	};

	async function send(path: string, init: RequestInit): Promise<Response> {
		let response: Response;
		try {
			response = await fetchFrom(`${url}${path}`, {
				...init,
				headers: { ...headers, ...(init.headers as Record<string, string>) },
			});
		} catch (error) {
			throw unreachable(url, error);
		}
		if (response.ok) return response;
		throw await problemOf(response, url);
	}

	const client: ServerClient = {
		url,
		async ask<T>(method: Method, path: string, body?: unknown) {
			const response = await send(path, {
				method,
				signal: AbortSignal.timeout(ANSWER_MS),
				...(body === undefined
					? {}
					: {
							body: JSON.stringify(body),
							headers: { "content-type": "application/json" },
						}),
			});
			return (await readJson(response, url)) as T;
		},
		async submit<T>(path: string, body: object, idempotencyKey: string) {
			const isForm = body instanceof FormData;
			for (let tries = 1; ; tries++) {
				try {
					const response = await send(path, {
						method: "POST",
						body: isForm ? body : JSON.stringify(body),
						headers: {
							"idempotency-key": idempotencyKey,
							...(isForm ? {} : { "content-type": "application/json" }),
						},
						signal: AbortSignal.timeout(UPLOAD_MS),
					});
					return (await readJson(response, url)) as T;
				} catch (error) {
					if (!isCutLine(error) || tries === SUBMIT_TRIES) throw error;
					await delay(firstWaitMs * 2 ** tries);
				}
			}
		},
		async bytes(path) {
			const response = await send(path, {
				headers: { accept: "*/*" },
				signal: AbortSignal.timeout(UPLOAD_MS),
			});
			try {
				return new Uint8Array(await response.arrayBuffer());
			} catch (error) {
				throw unreachable(url, error);
			}
		},
		async *events(path, signal) {
			let lastId: string | undefined;
			let failures = 0;
			while (!signal.aborted) {
				try {
					const response = await send(path, {
						signal,
						headers: {
							accept: "text/event-stream",
							...(lastId === undefined ? {} : { "last-event-id": lastId }),
						},
					});
					if (response.status === 204 || response.body === null) return;
					for await (const event of readEventStream(response.body)) {
						failures = 0;
						lastId = event.id ?? lastId;
						yield event;
					}
				} catch (error) {
					if (signal.aborted) return;
					if (!isPassing(error) || failures >= EVENT_TRIES) throw error;
				}
				failures++;
				const waitMs = Math.min(firstWaitMs * 2 ** failures, MAX_WAIT_MS);
				await delay(waitMs, undefined, { signal }).catch(() => {});
			}
		},
		async isThere() {
			try {
				const response = await send("/health", {
					signal: AbortSignal.timeout(PROBE_MS),
				});
				const { status, version } = (await readJson(response, url)) as Record<
					string,
					unknown
				>;
				return status === "ok" && typeof version === "string";
			} catch {
				return false;
			}
		},
	};
	return client;
}

function checkAddress(address: string): string {
	const withScheme = /^https?:\/\//i.test(address)
		? address
		: `http://${address}`;
	if (!URL.canParse(withScheme))
		throw new LunarError(
			"OPTION_INVALID",
			`--server ${address}: this is not an address like http://localhost:8000`,
		);
	const { origin, pathname } = new URL(withScheme);
	return `${origin}${pathname.replace(/\/+$/, "")}`;
}

async function readJson(response: Response, url: string): Promise<unknown> {
	if (response.status === 204) return undefined;
	try {
		return await response.json();
	} catch (error) {
		throw new LunarError(
			"SERVER_UNREACHABLE",
			`${url} does not answer as a Lunar server does`,
			{ cause: error },
		);
	}
}

/** The server's own words (RFC 9457), or what little its answer says. */
async function problemOf(response: Response, url: string): Promise<LunarError> {
	const problem = (await response.json().catch(() => ({}))) as Record<
		string,
		unknown
	>;
	const code = String(problem.code ?? "");
	const detail = String(problem.detail ?? "");
	if (Object.hasOwn(ERRORS, code))
		return new LunarError(code as ErrorCode, detail);
	return new LunarError(
		response.status >= 500 || response.status === 404
			? "SERVER_UNREACHABLE"
			: "REQUEST_INVALID",
		`${url} answered ${response.status} ${detail || response.statusText}`,
	);
}

const REASONS: Readonly<Record<string, string>> = {
	ECONNREFUSED: "nothing listens there",
	ENOTFOUND: "no such host",
	EAI_AGAIN: "the name server does not answer",
	ECONNRESET: "the connection was cut",
	EPIPE: "the connection was cut",
	UND_ERR_SOCKET: "the connection was cut",
	UND_ERR_CONNECT_TIMEOUT: "it does not answer",
	UND_ERR_HEADERS_TIMEOUT: "it does not answer",
};

function unreachable(url: string, error: unknown): LunarError {
	const cause = (error as { cause?: { code?: string; message?: string } })
		.cause;
	const reason =
		(error as Error).name === "TimeoutError"
			? "it takes too long"
			: (REASONS[cause?.code ?? ""] ??
				cause?.code ??
				cause?.message ??
				(error as Error).message);
	return new LunarError("SERVER_UNREACHABLE", `${url}: ${reason}`, {
		cause: error,
	});
}

/** The server may have got the request or not. */
function isCutLine(error: unknown): boolean {
	return (
		error instanceof LunarError &&
		error.code === "SERVER_UNREACHABLE" &&
		error.message.endsWith("the connection was cut")
	);
}

/** Worth another look: a restart, a busy moment. */
function isPassing(error: unknown): boolean {
	return (
		!(error instanceof LunarError) ||
		error.kind === "unavailable" ||
		error.kind === "too-many"
	);
}
