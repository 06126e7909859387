import { isIP } from "node:net";
import type { FastifyInstance } from "fastify";
import { LunarError } from "../../core/errors.ts";
import type { Config } from "../../service/config.ts";
import { isLoopback } from "../config/is-loopback.ts";

/**
 * Keeps other web sites out of a server that needs no key: a page elsewhere may not reach it under a name of its own
 * (DNS rebinding), nor send it forms. With keys, only a request that carries one is trusted, so no guard is needed.
 */
export function registerOriginGuard(
	app: FastifyInstance,
	config: Config,
	keysRequired: boolean,
): void {
	if (keysRequired) return;
	const publicHost = config.publicUrl && new URL(config.publicUrl).hostname;
	const allowedOrigins = new Set(config.corsOrigins);
	if (config.publicUrl) allowedOrigins.add(new URL(config.publicUrl).origin);

	app.addHook("onRequest", async (request) => {
		const { host = "", origin } = request.headers;
		const name = hostnameOf(host);
		const isOurs =
			isLoopback(name) ||
			name === publicHost ||
			// A name can be made to point here; an address cannot.
			(!isLoopback(config.host) && isIP(name) !== 0) ||
			name === config.host;
		if (!isOurs)
			throw new LunarError(
				"ORIGIN_REFUSED",
				`the server was reached as "${name}", which is not a name of it; set publicUrl to allow it`,
			);
		if (origin === undefined || request.method === "HEAD") return;
		const isRead = request.method === "GET" || request.method === "OPTIONS";
		if (isRead || allowedOrigins.has(origin)) return;
		if (origin === `http://${host}` || origin === `https://${host}`) return;
		throw new LunarError(
			"ORIGIN_REFUSED",
			`a page of ${origin.slice(0, 200)} may not do this here; add it to corsOrigins to allow it`,
		);
	});
}

/** "localhost:8000" → "localhost", "[::1]:8000" → "::1". */
function hostnameOf(host: string): string {
	const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:]*))(?::\d+)?$/.exec(host);
	return (match?.[1] ?? match?.[2] ?? "").toLowerCase();
}
