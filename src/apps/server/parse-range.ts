/** Both ends belong to it. */
export interface ByteRange {
	readonly start: number;
	readonly end: number;
}

/** One range of bytes (RFC 9110, 2022, section 14). Several, or another unit: undefined, which means the whole file. */
export function parseRange(
	header: string | undefined,
	sizeBytes: number,
): ByteRange | "bad" | undefined {
	const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? "");
	if (match === null) return undefined;
	const [, first, last] = match;
	if (first === "" && last === "") return undefined;
	if (first === "") {
		const count = Number(last);
		if (count === 0 || sizeBytes === 0) return "bad";
		return { start: Math.max(0, sizeBytes - count), end: sizeBytes - 1 };
	}
	const start = Number(first);
	if (last !== "" && Number(last) < start) return undefined;
	if (start >= sizeBytes) return "bad";
	const end = last === "" ? sizeBytes - 1 : Number(last);
	return { start, end: Math.min(end, sizeBytes - 1) };
}
