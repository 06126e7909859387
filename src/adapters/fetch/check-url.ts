import { isIP } from "node:net";
import { LunarError } from "../../core/errors.ts";
import { rangeOf } from "./address-range.ts";
import type { AllowList } from "./allow-list.ts";

const MAX_URL_LENGTH = 2048;
/** Ports above 1023 where something else than HTTP listens: a request there is an attack on it. */
const FOREIGN_PORTS: readonly number[] = [
	1433, 1521, 1719, 1720, 1723, 2049, 2375, 2379, 3306, 3389, 3659, 4190, 5060,
	5061, 5432, 5672, 5900, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679,
	6697, 9042, 9092, 9200, 10080, 11211, 27017,
];
/** Names that never leave a machine or a site, whatever they resolve to. */
const LOCAL_NAMES =
	/(^|\.)(localhost|local|internal|intranet|lan|home|corp|private|localdomain|home\.arpa)$/;

/** One place that may be connected to. */
export interface CheckedUrl {
	readonly url: URL;
	/** Lower case, ASCII, no final dot, no brackets. */
	readonly host: string;
	/** The operator named this host: it may lie in the intranet. */
	readonly isNamed: boolean;
}

/** Everything that can be told without asking a name server. Throws URL_REFUSED. */
export function checkUrl(
	text: string,
	allowed: AllowList,
	base?: URL,
): CheckedUrl {
	const url = parse(text, base);
	if (url.protocol !== "http:" && url.protocol !== "https:")
		throw refused(`${shown(url.protocol)} is not http: or https:`);
	if (url.username !== "" || url.password !== "")
		throw refused("the address holds a user name or password");
	const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
	if (host === "") throw refused("the address names no host");
	const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
	const isNamed = allowed.allowsHost(host, port);
	if (isIP(host)) checkAddress(host, { host, isNamed }, allowed);
	else if (!isNamed && (!host.includes(".") || LOCAL_NAMES.test(host)))
		throw refused(`${shown(host)} is a name inside a network`);
	const isOpened = isNamed || (isIP(host) > 0 && allowed.allowsAddress(host));
	if (!isOpened && !isWebPort(port))
		throw refused(`port ${port} is not one that web servers use`);
	return { url, host, isNamed };
}

/** Throws URL_REFUSED unless the address is public or the operator opened it. Never tells the address that a name has. */
export function checkAddress(
	address: string,
	{ host, isNamed }: Pick<CheckedUrl, "host" | "isNamed">,
	allowed: AllowList,
): void {
	const range = rangeOf(address);
	if (range === "public" || (isNamed && range === "intranet")) return;
	if (allowed.allowsAddress(address)) return;
	throw refused(
		`${shown(host)} lies in a network that is not public (${range})`,
	);
}

function parse(text: string, base: URL | undefined): URL {
	if (text.length > MAX_URL_LENGTH)
		throw refused(
			`the address has ${text.length} characters, the limit is ${MAX_URL_LENGTH}`,
		);
	try {
		return new URL(text, base);
	} catch (cause) {
		throw new LunarError("URL_REFUSED", "this is not a web address", { cause });
	}
}

function isWebPort(port: number): boolean {
	return (
		port === 80 ||
		port === 443 ||
		(port > 1023 && !FOREIGN_PORTS.includes(port))
	);
}

function refused(message: string): LunarError {
	return new LunarError("URL_REFUSED", message);
}

function shown(text: string): string {
	return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
