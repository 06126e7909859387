import type { FastifyInstance, FastifyRequest } from "fastify";
import { LunarError } from "../../core/errors.ts";
import { hashApiKey } from "../../service/make-api-key.ts";
import {
	type ApiKey,
	KEY_SCOPES,
	type KeyScope,
	type KeyStore,
} from "../../service/ports/key-store.ts";
import type { LinkSigner } from "./sign-link.ts";

/** Who asks, and what they may do. */
export interface Caller {
	/** '' for the local user, else the id of the key. */
	readonly owner: string;
	readonly scopes: readonly KeyScope[];
	readonly key?: ApiKey;
	/** Came with a signed link instead of a key: may read what the link names. */
	readonly byLink: boolean;
}

declare module "fastify" {
	interface FastifyRequest {
		caller: Caller;
	}
	interface FastifyContextConfig {
		/** What a key must be allowed; 'open': no key is asked for. Default 'open'. */
		readonly scope?: KeyScope | "open";
		/** Whether a signed link does in place of a key. */
		readonly signable?: boolean;
		/** One of the many files of one page: more of them are allowed in a minute. */
		readonly ofPage?: boolean;
	}
}

const LOCAL: Caller = { owner: "", scopes: KEY_SCOPES, byLink: false };
const NOBODY: Caller = { owner: "", scopes: [], byLink: false };
const BY_LINK: Caller = { owner: "", scopes: ["read"], byLink: true };
/** A key's time of use is noted at most this often. */
const TOUCH_MS = 60_000;

export interface CallerOptions {
	readonly keys: KeyStore;
	readonly keysRequired: boolean;
	readonly signer: LinkSigner;
	readonly now: () => number;
}

/** Finds out who asks, and refuses what they may not do, before anything else of the request is read. */
export function registerCaller(
	app: FastifyInstance,
	{ keys, keysRequired, signer, now }: CallerOptions,
): void {
	const touched = new Map<string, number>();
	app.decorateRequest("caller", null as unknown as Caller);
	app.addHook("onRequest", async (request) => {
		const { scope = "open", signable = false } = request.routeOptions.config;
		request.caller = NOBODY;
		const token = bearerOf(request);
		if (token !== undefined) {
			const key = await findKey(token);
			if (key !== undefined)
				request.caller = {
					owner: key.id,
					scopes: withImplied(key.scopes),
					key,
					byLink: false,
				};
			else if (scope !== "open")
				throw new LunarError(
					"UNAUTHORIZED",
					"the API key is not known here, or has expired",
				);
		} else if (!keysRequired) request.caller = LOCAL;
		else if (signable && signer.verify(request.url)) request.caller = BY_LINK;
		if (scope === "open" || request.caller.scopes.includes(scope)) return;
		if (request.caller.key === undefined)
			throw new LunarError("UNAUTHORIZED", "this needs an API key");
		throw new LunarError(
			"FORBIDDEN",
			`the API key may ${request.caller.scopes.join(", ")}; this needs ${scope}`,
		);
	});

	async function findKey(token: string): Promise<ApiKey | undefined> {
		const key = await keys.findByHash(hashApiKey(token));
		const at = now();
		if (key === undefined || (key.expiresAt ?? Infinity) <= at)
			return undefined;
		if (at - (touched.get(key.id) ?? 0) > TOUCH_MS) {
			touched.set(key.id, at);
			await keys.touch(key.id, at);
		}
		return key;
	}
}

/** Whose jobs the caller may see; undefined: everybody's. */
export function ownerFilter(caller: Caller): string | undefined {
	return caller.byLink || caller.scopes.includes("admin")
		? undefined
		: caller.owner;
}

/** admin may all, submit may read. */
function withImplied(scopes: readonly KeyScope[]): readonly KeyScope[] {
	if (scopes.includes("admin")) return KEY_SCOPES;
	return scopes.includes("submit") ? ["read", "submit"] : scopes;
}

function bearerOf({ headers }: FastifyRequest): string | undefined {
	const match = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? "");
	if (match !== null) return match[1];
	return headers.authorization === undefined ? undefined : "";
}
