import type { FastifyReply, FastifyRequest, RouteOptions } from "fastify";
import { VERSION } from "../../../pipeline/version.ts";
import type { ApiDocument } from "../complete-api.ts";
import type { App } from "../context.ts";

/** What the documentation needs of a route. */
type Described = Pick<RouteOptions, "method" | "url" | "schema">;

/** An answer of the pages, to be passed on. */
const PASSED_ON = ["content-type", "etag", "last-modified", "location"];

/**
 * /openapi.json and a page to read and try it, made from the schemas of all routes that come after. What makes them is a
 * server of its own that listens to nothing, and begins when somebody looks: a start does not wait for it.
 */
export function registerDocs(app: App): void {
	const routes: Described[] = [];
	app.addHook("onRoute", ({ method, url, schema }) => {
		if (method !== "HEAD") routes.push({ method, url, schema });
	});
	let opened: ReturnType<typeof openDocs> | undefined;
	const docs = (): ReturnType<typeof openDocs> => {
		opened ??= openDocs(routes);
		return opened;
	};
	const hidden = { schema: { hide: true } };
	app.get("/openapi.json", hidden, async () => (await docs()).swagger());

	const sendPage = async (
		request: FastifyRequest,
		reply: FastifyReply,
	): Promise<Buffer> => {
		const page = await (await docs()).inject({
			method: "GET",
			url: request.url,
			headers: {
				"if-none-match": String(request.headers["if-none-match"] ?? ""),
			},
		});
		for (const name of PASSED_ON)
			if (page.headers[name] !== undefined)
				reply.header(name, page.headers[name]);
		reply.code(page.statusCode);
		return page.rawPayload;
	};
	for (const url of ["/docs", "/docs/*"])
		app.get(url, { ...hidden, config: { ofPage: true } }, sendPage);
}

async function openDocs(
	routes: readonly Described[],
): Promise<Pick<App, "inject"> & { swagger(): unknown }> {
	const [{ default: Fastify }, { default: swagger }, { default: swaggerUi }] =
		await Promise.all([
			import("fastify"),
			import("@fastify/swagger"),
			import("@fastify/swagger-ui"),
		]);
	const { jsonSchemaTransform, jsonSchemaTransformObject } = await import(
		"fastify-type-provider-zod"
	);
	const { completeApi } = await import("../complete-api.ts");
	const docs = Fastify({ exposeHeadRoutes: false });
	docs.setValidatorCompiler(() => () => true);
	docs.setSerializerCompiler(() => (data) => JSON.stringify(data));
	await docs.register(swagger, {
		openapi: {
			openapi: "3.1.0",
			info: {
				title: "Lunar Nova",
				version: VERSION,
				description:
					"Pictures in, a validated textured 3D asset and an honest quality report out. Times are milliseconds since 1970. Errors are application/problem+json with a stable code.",
				license: { name: "MIT", identifier: "MIT" },
			},
			components: {
				securitySchemes: {
					key: { type: "http", scheme: "bearer", description: "An API key" },
				},
			},
			// {}: none is needed where the server listens to its own machine only.
			security: [{ key: [] }, {}],
		},
		transform: jsonSchemaTransform,
		transformObject: (document) =>
			completeApi(jsonSchemaTransformObject(document) as ApiDocument),
	});
	await docs.register(swaggerUi, { routePrefix: "/docs" });
	for (const route of routes)
		if (!(route.schema as { hide?: boolean } | undefined)?.hide)
			docs.route({ ...route, handler: async () => undefined });
	await docs.ready();
	return docs;
}
