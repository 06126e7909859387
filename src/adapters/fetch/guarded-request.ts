import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import type { LookupFunction } from "node:net";
import type { Readable } from "node:stream";
import { asLunarError, LunarError } from "../../core/errors.ts";
import type { AllowList } from "./allow-list.ts";
import { type CheckedUrl, checkAddress } from "./check-url.ts";

/** All addresses of a name. Default: the system's resolver. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

export interface GuardedRequest {
	readonly method: "GET" | "POST";
	readonly headers: Readonly<Record<string, string>>;
	readonly body?: string;
	/** Without a byte for this long it is given up. */
	readonly idleMs: number;
	readonly signal: AbortSignal;
	readonly resolve?: Resolve;
}

export interface GuardedAnswer {
	readonly status: number;
	/** Of a header sent twice: the first. */
	header(name: string): string | undefined;
	/** To be read to its end, or `close`d. */
	readonly body: Readable;
	/** Ends the connection. */
	close(): Promise<void>;
}

const systemResolve: Resolve = (host) =>
	lookup(host, { all: true, order: "verbatim" });

/**
 * One request to one checked place, without following where it leads. The name is resolved once, every address it has is
 * checked, and the connection goes to one of these: a name server that changes its mind gains nothing. No proxy of the
 * environment is used, no connection is kept. Throws URL_REFUSED, URL_FAILED.
 */
export async function guardedRequest(
	{ url, host, isNamed }: CheckedUrl,
	allowed: AllowList,
	request: GuardedRequest,
): Promise<GuardedAnswer> {
	const resolve = request.resolve ?? systemResolve;
	// Not called for addresses: `checkUrl` has seen to those.
	const checkedLookup: LookupFunction = (_name, options, callback) => {
		resolveChecked(host, isNamed, allowed, resolve).then(
			(addresses) => {
				if (options.all) callback(null, [...addresses]);
				else callback(null, addresses[0].address, addresses[0].family);
			},
			(error: Error) => callback(error, []),
		);
	};
	// Loaded with the first request: a server's start does not wait for it.
	const { Agent } = await import("undici");
	const agent = new Agent({
		allowH2: false,
		pipelining: 0,
		connect: {
			lookup: checkedLookup,
			timeout: request.idleMs,
			maxCachedSessions: 0,
		},
		headersTimeout: request.idleMs,
		bodyTimeout: request.idleMs,
	});
	try {
		const answer = await agent.request({
			origin: url.origin,
			path: `${url.pathname}${url.search}`,
			method: request.method,
			headers: { ...request.headers, connection: "close" },
			...(request.body === undefined ? {} : { body: request.body }),
			signal: request.signal,
		});
		return {
			status: answer.statusCode,
			header: (name) => {
				const value = answer.headers[name];
				return Array.isArray(value) ? value[0] : value;
			},
			body: answer.body,
			close: () => agent.destroy(),
		};
	} catch (error) {
		await agent.destroy();
		throw explain(error, host, request.signal);
	}
}

async function resolveChecked(
	host: string,
	isNamed: boolean,
	allowed: AllowList,
	resolve: Resolve,
): Promise<readonly LookupAddress[]> {
	const addresses = await resolve(host);
	if (addresses.length === 0)
		throw new LunarError("URL_FAILED", `${host} has no address`);
	for (const { address } of addresses)
		checkAddress(address, { host, isNamed }, allowed);
	return addresses;
}

/** What went wrong on the wire, in words that say nothing of the network behind. */
export function explain(
	error: unknown,
	host: string,
	signal: AbortSignal,
): LunarError {
	if (signal.aborted && signal.reason instanceof LunarError)
		return signal.reason;
	if (error instanceof LunarError) return error;
	if (signal.aborted)
		return (signal.reason as Error)?.name === "TimeoutError"
			? new LunarError("URL_FAILED", `${host} took too long`, { cause: error })
			: new LunarError("CANCELLED", "the request was cancelled", {
					cause: error,
				});
	const code = String((error as { code?: unknown })?.code ?? "");
	const reason = REASONS[code] ?? (code || asLunarError(error).message);
	return new LunarError("URL_FAILED", `${host}: ${reason}`, { cause: error });
}

const REASONS: Readonly<Record<string, string>> = {
	ENOTFOUND: "no such host",
	EAI_AGAIN: "the name server does not answer",
	ECONNREFUSED: "the connection was refused",
	ECONNRESET: "the connection was cut",
	UND_ERR_SOCKET: "the connection was cut",
	ETIMEDOUT: "it does not answer",
	EHOSTUNREACH: "it cannot be reached",
	ENETUNREACH: "it cannot be reached",
	UND_ERR_CONNECT_TIMEOUT: "it does not answer",
	UND_ERR_HEADERS_TIMEOUT: "it does not answer",
	UND_ERR_BODY_TIMEOUT: "it stopped sending",
	UND_ERR_HEADERS_OVERFLOW: "its headers are too long",
	HPE_INVALID_CONSTANT: "this is no web server",
	CERT_HAS_EXPIRED: "its certificate has expired",
	DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is not trusted",
	SELF_SIGNED_CERT_IN_CHAIN: "its certificate is not trusted",
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is not trusted",
	ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
};
