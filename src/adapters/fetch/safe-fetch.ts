import { LunarError } from "../../core/errors.ts";
import type { Config } from "../../service/config.ts";
import { readAllowList } from "./allow-list.ts";
import { type CheckedUrl, checkUrl } from "./check-url.ts";
import {
	explain,
	type GuardedAnswer,
	guardedRequest,
	type Resolve,
} from "./guarded-request.ts";

export interface FetchedPicture {
	/** To be read once, to its end or not. Throws FILE_TOO_LARGE, URL_FAILED, CANCELLED. */
	readonly bytes: AsyncIterable<Uint8Array>;
	/** As the server calls it; not to be trusted. */
	readonly contentType?: string;
	/** After redirects. */
	readonly finalUrl: string;
}

export interface FetchPictureOptions {
	readonly config: Config["fetch"];
	readonly signal: AbortSignal;
	/** For tests. */
	readonly resolve?: Resolve;
}

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
const MAX_IDLE_MS = 10_000;

/**
 * The bytes behind an address that somebody else gave. Only public places, or what `allowHosts` opens, also after every
 * redirect; nothing of ours is sent along; size and time are bounded. Throws URL_REFUSED, URL_FAILED, FILE_TOO_LARGE,
 * CANCELLED.
 */
export async function fetchPicture(
	url: string,
	{ config, signal, resolve }: FetchPictureOptions,
): Promise<FetchedPicture> {
	const allowed = readAllowList(config.allowHosts);
	const timeout = AbortSignal.timeout(config.timeoutSeconds * 1000);
	const request = {
		method: "GET",
		headers: {
			accept: "image/*,*/*;q=0.5",
			"accept-encoding": "identity",
			"user-agent": "lunar-nova",
		},
		idleMs: Math.min(MAX_IDLE_MS, config.timeoutSeconds * 1000),
		signal: AbortSignal.any([signal, timeout]),
		...(resolve ? { resolve } : {}),
	} as const;
	let place = checkUrl(url, allowed);
	for (let hop = 0; hop <= config.maxRedirects; hop++) {
		const answer = await guardedRequest(place, allowed, request);
		const location = answer.header("location");
		if (REDIRECTS.includes(answer.status) && location !== undefined) {
			await answer.close();
			const next = checkUrl(location, allowed, place.url);
			if (place.url.protocol === "https:" && next.url.protocol === "http:")
				throw new LunarError(
					"URL_REFUSED",
					`${place.host} redirects from https to http`,
				);
			place = next;
			continue;
		}
		try {
			checkAnswer(answer, place, config.maxBytes);
		} catch (error) {
			await answer.close();
			throw error;
		}
		const contentType = answer.header("content-type");
		return {
			bytes: readBounded(answer, place, config.maxBytes, request.signal),
			...(contentType === undefined ? {} : { contentType }),
			finalUrl: place.url.href,
		};
	}
	throw new LunarError(
		"URL_FAILED",
		`${place.host} redirects more than ${config.maxRedirects} times`,
	);
}

function checkAnswer(
	answer: GuardedAnswer,
	{ host }: CheckedUrl,
	maxBytes: number,
): void {
	if (answer.status !== 200)
		throw new LunarError("URL_FAILED", `${host} answered ${answer.status}`);
	// Pictures are compressed already; a second coat could be a bomb.
	const encoding = answer.header("content-encoding")?.trim().toLowerCase();
	if (encoding !== undefined && encoding !== "" && encoding !== "identity")
		throw new LunarError(
			"URL_FAILED",
			`${host} sends the picture packed, though it was asked not to`,
		);
	const stated = Number(answer.header("content-length") ?? 0);
	if (stated > maxBytes) throw tooLarge(host, stated, maxBytes);
}

async function* readBounded(
	answer: GuardedAnswer,
	{ host }: CheckedUrl,
	maxBytes: number,
	signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
	let received = 0;
	try {
		for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
			received += chunk.byteLength;
			if (received > maxBytes) throw tooLarge(host, received, maxBytes);
			yield chunk;
		}
	} catch (error) {
		throw explain(error, host, signal);
	} finally {
		await answer.close();
	}
}

function tooLarge(host: string, seen: number, limit: number): LunarError {
	return new LunarError(
		"FILE_TOO_LARGE",
		`${host} sends ${seen} bytes or more, the limit is ${limit}`,
	);
}
