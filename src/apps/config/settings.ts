import { z } from "zod";
import { configSchema } from "../../service/config.ts";

/** One thing that an operator can set. */
export interface Setting {
	/** 'uploads.maxFileBytes' */
	readonly path: string;
	/** 'LUNAR_UPLOADS_MAX_FILE_BYTES' */
	readonly variable: string;
	readonly type: "text" | "number" | "boolean" | "list";
	readonly description: string;
	/** Undefined: left out, which its description explains. */
	readonly default?: unknown;
	/** For people: 'a whole number from 0 to 65535'. */
	readonly range: string;
	/** 'url': shown without user, password and query; 'whole': never shown. */
	readonly secret?: "url" | "whole";
}

interface JsonProperty {
	readonly type?: string;
	readonly format?: string;
	readonly enum?: readonly string[];
	readonly default?: unknown;
	readonly description?: string;
	readonly secret?: boolean;
	readonly minimum?: number;
	readonly maximum?: number;
	readonly exclusiveMinimum?: number;
	readonly properties?: Readonly<Record<string, JsonProperty>>;
}

/** In the order of the schema. */
export const SETTINGS: readonly Setting[] = settingsOf(
	z.toJSONSchema(configSchema, { io: "input" }) as JsonProperty,
	"",
);

/** 'uploads', 'log', … */
export const SECTIONS: readonly string[] = [
	...new Set(
		SETTINGS.map(({ path }) => path.split("."))
			.filter(({ length }) => length > 1)
			.map(([section]) => section),
	),
];

function settingsOf(schema: JsonProperty, prefix: string): Setting[] {
	return Object.entries(schema.properties ?? {}).flatMap(([key, property]) =>
		property.properties === undefined
			? [settingOf(`${prefix}${key}`, property)]
			: settingsOf(property, `${prefix}${key}.`),
	);
}

function settingOf(path: string, property: JsonProperty): Setting {
	return {
		path,
		variable: `LUNAR_${path
			.replaceAll(".", "_")
			.replace(/([a-z])([A-Z])/g, "$1_$2")
			.toUpperCase()}`,
		type:
			property.type === "array"
				? "list"
				: property.type === "boolean"
					? "boolean"
					: property.type === "string"
						? "text"
						: "number",
		description: property.description ?? "",
		...(property.default === undefined ? {} : { default: property.default }),
		range: describeRange(path, property),
		...(property.secret
			? { secret: property.format === "uri" ? "url" : "whole" }
			: {}),
	};
}

function describeRange(path: string, property: JsonProperty): string {
	switch (property.type) {
		case "boolean":
			return "true or false";
		case "array":
			return "a list of texts";
		case "string":
			if (property.enum) return `one of ${property.enum.join(", ")}`;
			return property.format === "uri" ? "an http(s) URL" : "a text";
		default: {
			const what = path.endsWith("Bytes")
				? "a size in bytes (or as 20MB, 2GiB)"
				: property.type === "integer"
					? "a whole number"
					: "a number";
			const { minimum, exclusiveMinimum, maximum } = property;
			const isUnbounded =
				maximum === undefined || maximum === Number.MAX_SAFE_INTEGER;
			const from =
				exclusiveMinimum === undefined
					? minimum === undefined
						? ""
						: isUnbounded
							? ` of at least ${minimum}`
							: ` from ${minimum}`
					: ` above ${exclusiveMinimum}`;
			return `${what}${from}${isUnbounded ? "" : ` ${from.startsWith(" above") ? "and at most" : "to"} ${maximum}`}`;
		}
	}
}
