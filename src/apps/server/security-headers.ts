import helmet from "@fastify/helmet";
import type { Config } from "../../service/config.ts";
import type { App } from "./context.ts";

/** Headers of every answer; files of jobs have a stricter policy of their own. */
export async function registerSecurityHeaders(
	app: App,
	config: Config,
): Promise<void> {
	const isHttps = config.publicUrl?.startsWith("https:") ?? false;
	const isShared = config.corsOrigins.length > 0;
	await app.register(helmet, {
		contentSecurityPolicy: {
			useDefaults: false,
			directives: {
				"default-src": ["'self'"],
				"script-src": ["'self'", "'wasm-unsafe-eval'"],
				// The documentation page and the studio set sizes and positions in place.
				"style-src": ["'self'", "'unsafe-inline'"],
				"img-src": ["'self'", "data:", "blob:"],
				"connect-src": ["'self'", "data:", "blob:"],
				"worker-src": ["'self'", "blob:"],
				"frame-src": ["'self'", "blob:"],
				"object-src": ["'none'"],
				"base-uri": ["'none'"],
				"form-action": ["'self'"],
				"frame-ancestors": ["'self'"],
			},
		},
		strictTransportSecurity: isHttps ? { maxAge: 31_536_000 } : false,
		crossOriginResourcePolicy: {
			policy: isShared ? "cross-origin" : "same-origin",
		},
		// Said over plain HTTP to another machine it is ignored with a warning in every browser.
		crossOriginOpenerPolicy: isHttps,
		originAgentCluster: isHttps,
		xFrameOptions: { action: "sameorigin" },
		referrerPolicy: { policy: "same-origin" },
	});
}
