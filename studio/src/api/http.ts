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

/** One request; throws a Problem for every answer that is not a success. */
export async function request(path: string, ask: Ask = {}): Promise<Response> {
	const key = apiKey();
	const body = ask.json === undefined ? ask.form : JSON.stringify(ask.json);
	const response = await fetch(path, {
		method: ask.method ?? "GET",
		headers: {
			...(key ? { authorization: `Bearer ${key}` } : {}),
			...(ask.json === undefined ? {} : { "content-type": "application/json" }),
			...ask.headers,
		},
		...(body === undefined ? {} : { body }),
		...(ask.signal ? { signal: ask.signal } : {}),
	});
	if (response.ok) return response;
	const problem = await problemOf(response);
	if (response.status === 401)
		window.dispatchEvent(new CustomEvent("lunar:unauthorized"));
	throw problem;
}

export async function requestJson<T>(path: string, ask?: Ask): Promise<T> {
	const response = await request(path, ask);
	try {
		return (await response.json()) as T;
	} catch {
		throw new Problem(
			response.status,
			"ANSWER_UNREADABLE",
			`${path} did not answer with JSON`,
			"Check that this page comes from lunar serve.",
		);
	}
}
