import { randomUUID } from "node:crypto";
import cors from "@fastify/cors";
import multipart from "@fastify/multipart";
import Fastify from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { z } from "zod";
import { LunarError } from "../../core/errors.ts";
import { isLoopback } from "../config/is-loopback.ts";
import { registerCaller } from "./caller.ts";
import type { App, ServerContext } from "./context.ts";
import { registerOriginGuard } from "./guard-origin.ts";
import { createErrorHandler, FieldError, fieldsOf, pathOf } from "./problem.ts";
import { registerRateLimit } from "./rate-limit.ts";
import { registerCreateJobs } from "./routes/create-jobs.ts";
import { registerDocs } from "./routes/docs.ts";
import { registerEngines } from "./routes/engines.ts";
import { registerEvents } from "./routes/events.ts";
import { registerHealth } from "./routes/health.ts";
import { registerJobFiles } from "./routes/job-files.ts";
import { registerJobs } from "./routes/jobs.ts";
import { registerKeys } from "./routes/keys.ts";
import { registerLegacy } from "./routes/legacy.ts";
import { registerMetrics } from "./routes/metrics.ts";
import { registerStudio } from "./routes/studio.ts";
import { registerUploads } from "./routes/uploads.ts";
import { registerWebhooks } from "./routes/webhooks.ts";
import { registerWeights } from "./routes/weights.ts";
import { registerSecurityHeaders } from "./security-headers.ts";
import type { Link } from "./show-job.ts";
import { createLinkSigner } from "./sign-link.ts";
import { createSubmitOnce } from "./submit-once.ts";

const MAX_JSON_BYTES = 2_000_000;
/** A request may take this long to arrive; a picture over a slow line is a matter of minutes. */
const REQUEST_TIMEOUT_MS = 30 * 60_000;
const HEADERS_TIMEOUT_MS = 20_000;
const IDLE_CLOSE_MS = 100;

/**
 * The HTTP door: every route, described by schemas, over the service that does the work. Listens to nothing yet. Closing
 * it ends all event streams first.
 */
export async function createServer(context: ServerContext): Promise<App> {
	const { config, log, keys, now, linkSecret } = context;
	const keysRequired = config.apiKeysRequired ?? !isLoopback(config.host);
	const signer = createLinkSigner(linkSecret, now);
	const link: Link = keysRequired
		? (path) => signer.sign(path)
		: (path) => path;
	const stopping = new AbortController();
	const once = createSubmitOnce(context);

	const app = Fastify({
		logger: false,
		schemaController: {
			compilersFactory: {
				buildValidator: unused,
				buildSerializer: unused,
			},
		},
		trustProxy: config.trustProxy,
		bodyLimit: MAX_JSON_BYTES,
		requestTimeout: REQUEST_TIMEOUT_MS,
		http: { headersTimeout: HEADERS_TIMEOUT_MS },
		forceCloseConnections: "idle",
		genReqId: () => randomUUID(),
		routerOptions: { maxParamLength: 500 },
	}).withTypeProvider<ZodTypeProvider>();

	// What a schema finds wrong is told field by field; answers are plain JSON, checked by tests and not in production.
	app.setValidatorCompiler<z.ZodType>(({ schema, httpPart }) => (data) => {
		const result = schema.safeParse(data);
		if (result.success) return { value: result.data };
		const prefix = httpPart === "body" ? "" : (httpPart ?? "");
		return {
			error: new FieldError(
				"REQUEST_INVALID",
				fieldsOf(result.error, data, prefix),
			),
		};
	});
	app.setSerializerCompiler(() => (data) => JSON.stringify(data));
	// A body that says it is JSON and has nothing in it is no body.
	const parseJson = app.getDefaultJsonParser("error", "error");
	app.removeContentTypeParser("application/json");
	app.addContentTypeParser<string>(
		"application/json",
		{ parseAs: "string" },
		(request, body, done) => {
			if (body === "") done(null, undefined);
			else parseJson(request, body, done);
		},
	);
	app.setErrorHandler(createErrorHandler(log));
	app.addHook("onSend", async (request, reply) => {
		reply.header("x-request-id", request.id);
	});
	app.addHook("preClose", async () => {
		stopping.abort();
		// Connections that become idle only now would be kept for the client's next request.
		const timer = setInterval(
			() => app.server.closeIdleConnections(),
			IDLE_CLOSE_MS,
		);
		app.server.once("close", () => clearInterval(timer));
	});

	registerOriginGuard(app, config, keysRequired);
	registerCaller(app, { keys, keysRequired, signer, now });
	if (config.corsOrigins.length > 0)
		await app.register(cors, {
			origin: [...config.corsOrigins],
			exposedHeaders: ["location", "etag", "retry-after", "x-job-id"],
			maxAge: 600,
		});
	await registerSecurityHeaders(app, config);
	await registerRateLimit(app, config);
	await app.register(multipart);
	// Uploads would fill the disk before the service sees them.
	app.addHook("preHandler", async (request) => {
		if (!request.isMultipart()) return;
		if (request.routeOptions.config.once && (await once.isRepeat(request)))
			return;
		await context.checkRoom?.(Number(request.headers["content-length"]) || 0);
	});
	registerDocs(app);
	const sendPage = await registerStudio(app, context.studioFolder);

	if (sendPage === undefined)
		app.get("/", { schema: { hide: true } }, (_, reply) =>
			reply.redirect("/docs/"),
		);
	app.setNotFoundHandler((request, reply) => {
		if (sendPage?.(request, reply)) return;
		throw new LunarError(
			"NOT_FOUND",
			`there is no ${request.method} ${pathOf(request.url).slice(0, 200)}`,
		);
	});

	registerHealth(app, context, stopping.signal);
	registerUploads(app, context, link);
	registerCreateJobs(app, context, link, once);
	registerJobs(app, context, link, once);
	registerJobFiles(app, context, link, signer);
	registerEvents(app, context, stopping.signal);
	registerEngines(app, context);
	registerWeights(app, context);
	registerWebhooks(app, context);
	registerKeys(app, context, keysRequired);
	registerMetrics(app, context, stopping.signal);
	registerLegacy(app, context, link, once, stopping.signal);
	return app;
}

/** Fastify's own compilers take a while to load, and are not used. */
function unused(): never {
	throw new TypeError("schemas are zod's, and checked by zod");
}
