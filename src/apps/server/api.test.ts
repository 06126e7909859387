import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { JobView } from "./schemas/job-view.ts";
import {
	PNG,
	pictureForm,
	startTestServer,
	type TestServer,
} from "./server.test-support.ts";

// Requests drawn from the description of the API, right ones and wrong ones: never a 5xx, and every answer is as described.

const RUNS_PER_OPERATION = 25;
const SEED = 20_261_121;

interface Schema {
	readonly $ref?: string;
	readonly type?: string;
	readonly enum?: readonly unknown[];
	readonly const?: unknown;
	readonly anyOf?: readonly Schema[];
	readonly items?: Schema;
	readonly properties?: Readonly<Record<string, Schema>>;
	readonly required?: readonly string[];
	readonly additionalProperties?: Schema | boolean;
	readonly minimum?: number;
	readonly maximum?: number;
	readonly minLength?: number;
	readonly maxLength?: number;
	readonly minItems?: number;
	readonly maxItems?: number;
	readonly pattern?: string;
	readonly format?: string;
}
interface Operation {
	readonly parameters?: readonly {
		readonly in: "path" | "query" | "header";
		readonly name: string;
		readonly schema: Schema;
	}[];
	readonly requestBody?: {
		readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
	};
	readonly responses: Readonly<
		Record<
			string,
			{ readonly content?: Readonly<Record<string, { schema: Schema }>> }
		>
	>;
}
interface Api {
	readonly openapi: string;
	readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
	readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

let server: TestServer;
let api: Api;
let jobId: string;
let uploadId: string;
beforeAll(async () => {
	server = await startTestServer();
	api = (await (await fetch(`${server.url}/openapi.json`)).json()) as Api;
	const upload = await fetch(`${server.url}/v1/uploads`, {
		method: "POST",
		body: pictureForm(undefined, PNG, "file"),
	});
	uploadId = ((await upload.json()) as { uploads: { id: string }[] }).uploads[0]
		.id;
	const job = await fetch(`${server.url}/v1/jobs`, {
		method: "POST",
		body: pictureForm(),
	});
	jobId = ((await job.json()) as JobView).id;
});
afterAll(() => server.close());

describe("the description", () => {
	it("is OpenAPI 3.1 and names only what it has", () => {
		expect(api.openapi).toBe("3.1.0");
		const names = [
			...JSON.stringify(api).matchAll(/"#\/components\/schemas\/([^"]+)"/g),
		].map(([, name]) => name);
		for (const name of names)
			expect(api.components.schemas).toHaveProperty(name);
	});

	it("has a summary, a tag and all error answers for every operation", () => {
		for (const [path, operations] of Object.entries(api.paths))
			for (const [method, operation] of Object.entries(operations)) {
				expect(operation, `${method} ${path}`).toMatchObject({
					summary: expect.any(String),
					tags: [expect.any(String)],
				});
				for (const status of ["400", "401", "403", "404", "429", "500"])
					expect(
						operation.responses[status]?.content,
						`${method} ${path} ${status}`,
					).toHaveProperty("application/problem+json");
			}
	});

	it("can be read in a browser", async () => {
		// Where no studio is built, the first page is this one.
		const page = await fetch(`${server.url}/`);
		expect(page.status).toBe(200);
		expect(await page.text()).toContain("swagger-ui");
	});
});

it(`holds for requests drawn from it (seed ${SEED})`, async () => {
	const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
		Object.entries(methods).map(
			([method, operation]) => [method, path, operation] as const,
		),
	);
	expect(operations.length).toBeGreaterThan(30);
	const seen = new Map<number, number>();
	// Last comes what takes away what the other operations look at.
	const takesAway = ([method, path]: (typeof operations)[number]): boolean =>
		method === "delete" && path === "/v1/jobs/{id}";
	operations.sort((a, b) => Number(takesAway(a)) - Number(takesAway(b)));
	for (const [method, path, operation] of operations) {
		await fc.assert(
			fc.asyncProperty(requestFor(path, operation), async (drawn) => {
				const status = await send(method, drawn, operation);
				seen.set(status, (seen.get(status) ?? 0) + 1);
			}),
			{ numRuns: RUNS_PER_OPERATION, seed: SEED, endOnFailure: true },
		);
	}
	// Both kinds were drawn.
	for (const status of [200, 202, 204, 400, 404, 415])
		expect(seen.get(status) ?? 0, `answers ${status}`).toBeGreaterThan(0);
});

interface Drawn {
	readonly path: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly json?: unknown;
	readonly form?: readonly (readonly [string, string | Uint8Array])[];
}

function requestFor(path: string, operation: Operation): fc.Arbitrary<Drawn> {
	const parameters = operation.parameters ?? [];
	const values = Object.fromEntries(
		parameters.map((parameter) => [
			`${parameter.in}:${parameter.name}`,
			parameter.in === "path"
				? valueFor(parameter.schema, parameter.name)
				: fc.option(valueFor(parameter.schema, parameter.name), {
						nil: undefined,
					}),
		]),
	);
	const content = operation.requestBody?.content ?? {};
	const json = content["application/json"]?.schema;
	const isForm = "multipart/form-data" in content;
	return fc
		.record({
			values: fc.record(values),
			json: json
				? fc.oneof(valueFor(json), anything())
				: fc.constant(undefined),
			form: isForm
				? fc.oneof(fc.constant(undefined), formArbitrary())
				: fc.constant(undefined),
		})
		.map(({ values, json, form }) => {
			let url = path;
			const query = new URLSearchParams();
			const headers: Record<string, string> = {};
			for (const [key, value] of Object.entries(values)) {
				const [place, name] = key.split(/:(.*)/s);
				if (value === undefined) continue;
				const text = String(value);
				if (place === "path")
					url = url.replace(
						`{${name}}`,
						encodeURIComponent(text.toWellFormed()) || "x",
					);
				else if (place === "query") query.append(name, text.toWellFormed());
				else headers[name] = text.replace(/[^\x20-\x7e]/g, "?");
			}
			const search = String(query);
			return {
				path: search ? `${url}?${search}` : url,
				headers,
				...(form ? { form } : json === undefined ? {} : { json }),
			};
		});
}

function anything(): fc.Arbitrary<unknown> {
	return fc.oneof(
		fc.jsonValue({ maxDepth: 2 }),
		fc.constant({ images: [{ upload: uploadId }], engine: "nobody" }),
		fc.constant({ images: [{ upload: uploadId }], tags: [""] }),
	);
}

function formArbitrary(): fc.Arbitrary<
	readonly (readonly [string, string | Uint8Array])[]
> {
	return fc.array(
		fc.tuple(
			fc.constantFrom(
				"image",
				"file",
				"front",
				"camera",
				"mask",
				"request",
				"x",
			),
			fc.oneof(
				fc.constant(PNG),
				fc.uint8Array({ maxLength: 100 }),
				fc.constantFrom("{}", '{"frames":[]}', "[", '{"options":{"faces":-1}}'),
			),
		),
		{ maxLength: 4 },
	);
}

/** Values that a schema allows, and some that it does not. */
function valueFor(schema: Schema, name = ""): fc.Arbitrary<unknown> {
	return fc.oneof(
		{ weight: 7, arbitrary: rightValue(schema, name) },
		{
			weight: 1,
			arbitrary: fc.constantFrom<unknown>(
				null,
				-1,
				1e300,
				"",
				"\u0000",
				[],
				{},
			),
		},
	);
}

function rightValue(schema: Schema, name: string): fc.Arbitrary<unknown> {
	if (schema.$ref) return rightValue(resolve(schema.$ref), name);
	if (schema.const !== undefined) return fc.constant(schema.const);
	if (schema.enum) return fc.constantFrom(...schema.enum);
	if (schema.anyOf)
		return fc.oneof(...schema.anyOf.map((option) => rightValue(option, name)));
	switch (schema.type) {
		case "boolean":
			return fc.boolean();
		case "null":
			return fc.constant(null);
		case "integer":
			return fc.integer({
				min: Math.max(schema.minimum ?? -1000, -(2 ** 31)),
				max: Math.min(schema.maximum ?? 1000, 2 ** 31 - 1),
			});
		case "number":
			return fc.double({
				min: schema.minimum ?? 0,
				max: schema.maximum ?? 1e6,
				noNaN: true,
			});
		case "array":
			return fc.array(valueFor(schema.items ?? {}, name), {
				minLength: schema.minItems ?? 0,
				maxLength: Math.min(schema.maxItems ?? 3, 3 + (schema.minItems ?? 0)),
			});
		case "object":
			return fc.record(
				Object.fromEntries(
					Object.entries(schema.properties ?? {}).map(([key, value]) => [
						key,
						valueFor(value, key),
					]),
				),
				{ requiredKeys: [...(schema.required ?? [])] },
			);
		case "string":
			if (schema.pattern?.startsWith("^job_") || name === "job_id")
				return fc.constantFrom(jobId, `job_${"0".repeat(26)}`, "job_x");
			if (schema.pattern?.startsWith("^upl_"))
				return fc.constantFrom(uploadId, `upl_${"0".repeat(64)}`);
			if (schema.format === "uri")
				return fc.constantFrom("https://shop.example/a.png", "ftp://x");
			if (name === "name" || name === "file")
				return fc.constantFrom("model.glb", "report.html", "../x", "shoe.png");
			return fc.string({
				unit: "grapheme",
				minLength: schema.minLength ?? 0,
				maxLength: Math.min(schema.maxLength ?? 20, 20),
			});
	}
	return fc.jsonValue({ maxDepth: 1 });
}

function resolve(reference: string): Schema {
	return api.components.schemas[reference.split("/").at(-1) ?? ""];
}

/** Sends it and holds the answer against the description. */
async function send(
	method: string,
	drawn: Drawn,
	operation: Operation,
): Promise<number> {
	const stop = new AbortController();
	const body = bodyOf(drawn);
	const response = await fetch(server.url + drawn.path, {
		method: method.toUpperCase(),
		redirect: "manual",
		headers: {
			...drawn.headers,
			...(typeof body === "string"
				? { "content-type": "application/json" }
				: {}),
		},
		...(body === undefined || method === "get" ? {} : { body }),
		signal: stop.signal,
	});
	const { status } = response;
	const where = `${method} ${drawn.path} ${JSON.stringify(drawn.json ?? drawn.form)?.slice(0, 500)} answered ${status}`;
	const type = response.headers.get("content-type")?.split(";")[0] ?? "";
	if (type === "text/event-stream") {
		stop.abort();
		return status;
	}
	const text = await response.text();
	expect(status, `${where}: ${text.slice(0, 500)}`).toBeLessThan(500);
	// An address that a drawn value bent into another one.
	if (status === 404 && text.includes('"NOT_FOUND"')) return status;
	const answer = operation.responses[String(status)];
	expect(answer, `${where}, which is not described`).toBeDefined();
	const schema =
		answer.content?.[type]?.schema ?? answer.content?.["image/*"]?.schema;
	if (/json$/.test(type) && schema && !("format" in schema)) {
		const result = validatorOf(schema).safeParse(JSON.parse(text));
		expect(
			result.success,
			`${where}: ${result.error?.message} in ${text.slice(0, 500)}`,
		).toBe(true);
	}
	return status;
}

function bodyOf({ json, form }: Drawn): string | FormData | undefined {
	if (form === undefined)
		return json === undefined ? undefined : JSON.stringify(json);
	const data = new FormData();
	for (const [field, value] of form)
		if (typeof value === "string") data.append(field, value);
		else
			data.append(field, new Blob([value as Uint8Array<ArrayBuffer>]), "a.png");
	return data;
}

const validators = new Map<string, z.ZodType>();

function validatorOf(schema: Schema): z.ZodType {
	const key = JSON.stringify(schema);
	let validator = validators.get(key);
	if (validator === undefined) {
		const text = JSON.stringify({
			...schema,
			$defs: api.components.schemas,
		}).replaceAll("#/components/schemas/", "#/$defs/");
		validator = z.fromJSONSchema(JSON.parse(text));
		validators.set(key, validator);
	}
	return validator;
}
