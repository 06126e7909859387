import rateLimit from "@fastify/rate-limit";
import { LunarError } from "../../core/errors.ts";
import type { Config } from "../../service/config.ts";
import type { App } from "./context.ts";

/** Pictures and models of a page full of jobs are many requests and little work. */
const FILES_PER_REQUEST = 10;

/** A number of requests per minute for each key, or each address without keys. Told with Retry-After. */
export async function registerRateLimit(
	app: App,
	config: Config,
): Promise<void> {
	await app.register(rateLimit, {
		global: true,
		timeWindow: 60_000,
		cache: 10_000,
		// Counted apart: a page full of pictures must not use up the calls.
		keyGenerator: ({ caller, ip, routeOptions }) =>
			`${routeOptions.config.signable ? "files" : "calls"} ${caller?.key?.id ?? ip}`,
		max: ({ caller, routeOptions }) => {
			const limit =
				caller?.key?.requestsPerMinute ?? config.limits.requestsPerMinute;
			const { signable, ofPage } = routeOptions.config;
			return signable || ofPage ? limit * FILES_PER_REQUEST : limit;
		},
		errorResponseBuilder: (_, { max, ttl }) =>
			new LunarError(
				"RATE_LIMITED",
				`more than ${max} requests in a minute; try again in ${Math.ceil(ttl / 1000)} s`,
			),
	});
}
