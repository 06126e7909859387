/** Stands where something secret was. */
const HIDDEN = "[hidden]";
/** Of one text; what is longer is cut, before it is looked through. */
const MAX_TEXT = 16_000;

/** Names of fields whose values are never written, however they are spelt: apiKey, api-key, X-API-Key, … */
const SECRET_NAME =
	/^(x)?(api)?keys?$|^keyhash$|^(proxy)?authorization$|^(set)?cookie$|secret|passw(or)?d|token$|^signature$|^webhooksignature$|^credentials?$/;

/** Query parameters that say nothing secret; the values of all others are hidden. */
const OPEN_PARAMETERS = new Set([
	"limit",
	"cursor",
	"state",
	"engine",
	"tag",
	"favourite",
	"after",
	"inline",
	"expires",
]);

// In texts: links, credentials of HTTP, webhook secrets and API keys. Bounded, so that no text takes long.
const IN_TEXT =
	/\b(?<url>[a-z][a-z0-9+.-]{0,20}:\/\/[^\s"'<>\\^`{|}]+)|\b(?<scheme>Bearer|Basic)\s+[\w.~+/=-]{6,}|\bwhsec_[\w+/=-]+|\b(?:lunar|ln)_[A-Za-z0-9_-]{20,}|(?<path>\/[\w./%~-]{0,500}\?)(?<query>[^\s"'<>]+)/gi;

/** A text without the secrets that are known by their form. */
export function redactText(text: string): string {
	const shown =
		text.length > MAX_TEXT
			? `${text.slice(0, MAX_TEXT)}… (${text.length} characters)`
			: text;
	return shown.replace(IN_TEXT, (...match) => {
		const groups = match.at(-1) as Record<string, string | undefined>;
		if (groups.url !== undefined) return redactUrl(groups.url);
		if (groups.scheme !== undefined) return `${groups.scheme} ${HIDDEN}`;
		if (groups.path !== undefined)
			return `${groups.path}${redactQuery(groups.query ?? "")}`;
		return HIDDEN;
	});
}

/** A link without user, password, fragment and the values of its query. */
export function redactUrl(text: string): string {
	const match =
		/^([a-z][a-z0-9+.-]*:\/\/)(?:[^/?#]*@)?([^?#]*)(?:\?([^#]*))?/i.exec(text);
	if (match === null) return HIDDEN;
	const [, scheme, place, query] = match;
	return `${scheme}${place}${query === undefined ? "" : `?${redactQuery(query)}`}`;
}

/** What a log line may hold: secrets hidden by name and by form, cycles and great depth cut, errors as records. */
export function redactFields(
	fields: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
	return redactRecord(fields, 0);
}

const MAX_DEPTH = 6;
const MAX_ITEMS = 100;

function redactRecord(record: object, depth: number): Record<string, unknown> {
	const shown: Record<string, unknown> = {};
	for (const [name, value] of Object.entries(record).slice(0, MAX_ITEMS))
		shown[name] = SECRET_NAME.test(name.toLowerCase().replace(/[-_ ]/g, ""))
			? value === undefined || typeof value === "boolean"
				? value
				: HIDDEN
			: redactValue(value, depth + 1);
	return shown;
}

function redactValue(value: unknown, depth: number): unknown {
	if (typeof value === "string") return redactText(value);
	if (typeof value === "bigint") return String(value);
	if (typeof value !== "object" || value === null)
		return typeof value === "function" || typeof value === "symbol"
			? undefined
			: value;
	if (depth > MAX_DEPTH) return "[deeper]";
	if (value instanceof Error) return errorRecord(value, depth);
	if (value instanceof Date) return value;
	if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
	if (Array.isArray(value))
		return value
			.slice(0, MAX_ITEMS)
			.map((item) => redactValue(item, depth + 1));
	if (value instanceof Map || value instanceof Set)
		return `[${value.size} entries]`;
	return redactRecord(value, depth);
}

function errorRecord(error: Error, depth: number): Record<string, unknown> {
	const { code } = error as { code?: unknown };
	return {
		name: error.name,
		...(code === undefined ? {} : { code }),
		message: redactText(error.message),
		...(error.stack === undefined ? {} : { stack: redactText(error.stack) }),
		...(error.cause === undefined
			? {}
			: { cause: redactValue(error.cause, depth + 1) }),
	};
}

function redactQuery(query: string): string {
	return query
		.split("&")
		.map((pair) => {
			const [name, ...value] = pair.split("=");
			if (value.length === 0) return HIDDEN;
			return OPEN_PARAMETERS.has(name) ? pair : `${name}=${HIDDEN}`;
		})
		.join("&");
}
