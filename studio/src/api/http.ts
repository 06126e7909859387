import { strings } from "../strings.ts";
import { Problem, problemOf } from "./problem.ts";

const KEY_ITEM = "lunar.apiKey";

/** The API key, where the server asks for one. */
export function apiKey(): string | undefined {
	return localStorage.getItem(KEY_ITEM) ?? undefined;
}

export function setApiKey(key: string | undefined): void {
	if (key) localStorage.setItem(KEY_ITEM, key);
	else localStorage.removeItem(KEY_ITEM);
}

export interface Ask {
	readonly method?: string;
	/** Sent as JSON. */
	readonly json?: unknown;
	readonly form?: FormData;
	readonly headers?: Readonly<Record<string, string>>;
	readonly signal?: AbortSignal;
}

/** Longest wait for a server that has had too many requests, seconds. */
const LONGEST_WAIT_S = 20;

/** One request; throws a Problem for every answer that is not a success. What only reads waits its turn once. */
export async function request(path: string, ask: Ask = {}): Promise<Response> {
	const response = await send(path, ask);
	const waitS = Number(response.headers.get("retry-after") ?? Number.NaN);
	const reads = (ask.method ?? "GET") === "GET";
	if (response.status === 429 && reads && waitS <= LONGEST_WAIT_S) {
		await new Promise((resolve) => setTimeout(resolve, waitS * 1000));
		ask.signal?.throwIfAborted();
		return settled(await send(path, ask));
	}
	return settled(response);
}

async function settled(response: Response): Promise<Response> {
	if (response.ok) return response;
	const problem = await problemOf(response);
	if (response.status === 401)
		window.dispatchEvent(new CustomEvent("lunar:unauthorized"));
	throw problem;
}

async function send(path: string, ask: Ask): Promise<Response> {
	const key = apiKey();
	const body = ask.json === undefined ? ask.form : JSON.stringify(ask.json);
	return await fetch(path, {
		method: ask.method ?? "GET",
		headers: {
			...(key ? { authorization: `Bearer ${key}` } : {}),
			...(ask.json === undefined ? {} : { "content-type": "application/json" }),
			...ask.headers,
		},
		...(body === undefined ? {} : { body }),
		...(ask.signal ? { signal: ask.signal } : {}),
	});
}

export async function requestJson<T>(path: string, ask?: Ask): Promise<T> {
	const response = await request(path, ask);
	try {
		return (await response.json()) as T;
	} catch {
		throw new Problem(
			response.status,
			"ANSWER_UNREADABLE",
			strings.problems.unreadable(path),
			strings.problems.unreadableHint,
		);
	}
}
