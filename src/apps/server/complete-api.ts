import { VIEW_NAMES } from "../../core/view.ts";

// What the description of the API says beyond the schemas of the routes.

/** The parts of an OpenAPI 3.1 document that are looked at here. */
export interface ApiDocument {
	readonly openapi: string;
	readonly paths: Record<string, Record<string, Operation>>;
	readonly components: { readonly schemas: Record<string, unknown> };
}

interface Operation {
	requestBody?: { required?: boolean; content: Record<string, unknown> };
	parameters?: { in: string; name: string; schema?: unknown }[];
}

const PICTURE = { type: "string", format: "binary" };
const PICTURES = { type: "array", items: PICTURE };

/** Names the file of a job, gives the two bodies of POST /v1/jobs, and drops components that nothing names. */
export function completeApi(document: ApiDocument): ApiDocument {
	const paths: ApiDocument["paths"] = {};
	for (const [path, operations] of Object.entries(document.paths)) {
		for (const operation of Object.values(operations)) {
			for (const parameter of operation.parameters ?? [])
				if (parameter.in === "path" && parameter.name === "*")
					parameter.name = "name";
			const body = operation.requestBody;
			const json = body?.content["application/json"] as
				| { schema?: { anyOf?: { type?: string }[] } }
				| undefined;
			if (body && json?.schema?.anyOf?.some(({ type }) => type === "null"))
				body.required = false;
		}
		paths[path.replace("{*}", "{name}")] = operations;
	}
	paths["/v1/jobs"].post.requestBody = {
		required: true,
		content: {
			"application/json": {
				schema: { $ref: "#/components/schemas/CreateJobInput" },
			},
			"multipart/form-data": {
				schema: {
					type: "object",
					properties: {
						image: PICTURES,
						...Object.fromEntries(VIEW_NAMES.map((name) => [name, PICTURE])),
						mask: PICTURES,
						camera: { ...PICTURE, contentMediaType: "application/json" },
						request: { $ref: "#/components/schemas/JobChoicesInput" },
					},
				},
			},
		},
	};
	return withPlainNames({
		...document,
		paths,
		components: {
			...document.components,
			schemas: usedSchemas(paths, document.components.schemas),
		},
	});
}

const REFERENCE = /"#\/components\/schemas\/([^"]+)"/g;

function usedSchemas(
	paths: unknown,
	schemas: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
	const used: Record<string, unknown> = {};
	const visit = (part: unknown): void => {
		for (const [, name] of JSON.stringify(part).matchAll(REFERENCE)) {
			if (name in used || !(name in schemas)) continue;
			used[name] = schemas[name];
			visit(schemas[name]);
		}
	};
	visit(paths);
	// What an event stream carries is named nowhere else.
	used.JobEvent = schemas.JobEvent;
	visit(used.JobEvent);
	return Object.fromEntries(
		Object.entries(used).sort(([a], [b]) => (a < b ? -1 : 1)),
	);
}

/** The form of a schema for requests is called XInput; plain X where there is no other. */
function withPlainNames(document: ApiDocument): ApiDocument {
	let text = JSON.stringify(document);
	const names = Object.keys(document.components.schemas);
	for (const name of names) {
		const plain = name.replace(/Input$/, "");
		if (plain === name || plain === "Job" || names.includes(plain)) continue;
		text = text
			.replaceAll(
				`"#/components/schemas/${name}"`,
				`"#/components/schemas/${plain}"`,
			)
			.replace(`"${name}":{`, `"${plain}":{`);
	}
	return JSON.parse(text) as ApiDocument;
}
