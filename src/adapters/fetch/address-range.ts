import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Ranges that a host named in the allow-list may lie in: intranets, never the cloud's metadata or a broadcast. */
const INTRANET: readonly string[] = [
	"private",
	"loopback",
	"carrierGradeNat",
	"uniqueLocal",
];

/** What kind of place an address is: 'public', 'intranet', or the name of a range that nobody is sent to. */
export function rangeOf(address: string): "public" | "intranet" | string {
	const range = rangeOfAddress(unwrap(address));
	return INTRANET.includes(range) ? "intranet" : range;
}

/** '10.0.0.5', '10.0.0.0/8', 'fd00::/8'; undefined: not an address. */
export function parseNetwork(
	text: string,
): readonly [Address, number] | undefined {
	const bare = text.replace(/^\[|\]$/g, "");
	if (ipaddr.isValidCIDR(bare)) return ipaddr.parseCIDR(bare);
	if (!ipaddr.isValid(bare)) return undefined;
	const address = ipaddr.parse(bare);
	return [address, address.kind() === "ipv4" ? 32 : 128];
}

/** Whether an address lies in the network. */
export function isInside(
	address: string,
	[network, bits]: readonly [Address, number],
): boolean {
	const seen = unwrap(address);
	return seen.kind() === network.kind() && seen.match(network, bits);
}

/** IPv4 in IPv6 clothes (mapped, RFC 4291; NAT64's well-known prefix, RFC 6052) is the IPv4 address. */
function unwrap(text: string): Address {
	const address = ipaddr.parse(text);
	if (address.kind() === "ipv4") return address;
	const { parts } = address as ipaddr.IPv6;
	const isNat64 =
		parts[0] === 0x64 &&
		parts[1] === 0xff9b &&
		parts.slice(2, 6).every((part) => part === 0);
	return isNat64 || (address as ipaddr.IPv6).isIPv4MappedAddress()
		? new ipaddr.IPv4(
				parts.slice(6).flatMap((part) => [part >> 8, part & 0xff]),
			)
		: address;
}

function rangeOfAddress(address: Address): string {
	const range = address.range();
	if (range !== "unicast") return range;
	if (address.kind() === "ipv4") return "public";
	// Only 2000::/3 is given out (IANA); IPv4-compatible and other forms lie outside.
	return (address as ipaddr.IPv6).parts[0] >> 13 === 1 ? "public" : "reserved";
}
