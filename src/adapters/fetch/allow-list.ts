import type ipaddr from "ipaddr.js";
import { LunarError } from "../../core/errors.ts";
import { isInside, parseNetwork } from "./address-range.ts";

/** What an operator opened beside the public internet. */
export interface AllowList {
	/** Whether the name itself is listed ('shop.intern', '*.intern'; with ':8080' for one port only). */
	allowsHost(host: string, port: number): boolean;
	/** Whether the address lies in a listed network ('10.1.2.3', '10.0.0.0/8', 'fd00::/8'). */
	allowsAddress(address: string): boolean;
}

/** Reads `fetch.allowHosts`. Throws CONFIG_INVALID naming an entry that can never match. */
export function readAllowList(entries: readonly string[]): AllowList {
	const networks: (readonly [ipaddr.IPv4 | ipaddr.IPv6, number])[] = [];
	const hosts: { readonly name: string; readonly port?: number }[] = [];
	for (const entry of entries) {
		const text = entry.trim().toLowerCase().replace(/\.$/, "");
		const network = parseNetwork(text);
		if (network) {
			networks.push(network);
			continue;
		}
		const match =
			/^((?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)(?::(\d{1,5}))?$/.exec(text);
		if (!match)
			throw new LunarError(
				"CONFIG_INVALID",
				`fetch.allowHosts: "${entry}" is neither a host name, an address nor a network like 10.0.0.0/8`,
			);
		hosts.push({
			name: match[1],
			...(match[2] === undefined ? {} : { port: Number(match[2]) }),
		});
	}
	return {
		allowsHost: (host, port) =>
			hosts.some(
				(allowed) =>
					(allowed.port ?? port) === port &&
					(allowed.name.startsWith("*.")
						? host.endsWith(allowed.name.slice(1))
						: host === allowed.name),
			),
		allowsAddress: (address) =>
			networks.some((network) => isInside(address, network)),
	};
}
