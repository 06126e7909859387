import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import {
	jsonSchemaTransform,
	jsonSchemaTransformObject,
} from "fastify-type-provider-zod";
import { VERSION } from "../../../pipeline/version.ts";
import { type ApiDocument, completeApi } from "../complete-api.ts";
import type { App } from "../context.ts";

/** /openapi.json and a page to read and try it. Made from the schemas of the routes; comes before them. */
export async function registerDocs(app: App): Promise<void> {
	await app.register(swagger, {
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
	await app.register(swaggerUi, { routePrefix: "/docs" });
	app.get("/openapi.json", { schema: { hide: true } }, async () =>
		app.swagger(),
	);
}
