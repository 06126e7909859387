import { LunarError } from "../../core/errors.ts";

/** A file of which parts are read. */
export interface ByteSource {
	readonly size: number;
	/** Exactly `length` bytes from `offset`. Throws CHECKPOINT_UNREADABLE where they do not exist. */
	read(offset: number, length: number): Promise<Uint8Array>;
}

/** A source over bytes that are in memory already. */
export function bytesSource(bytes: Uint8Array): ByteSource {
	return {
		size: bytes.length,
		read: async (offset, length) => {
			checkRange(bytes.length, offset, length);
			return bytes.subarray(offset, offset + length);
		},
	};
}

/** Refuses parts that lie outside the file. */
export function checkRange(size: number, offset: number, length: number): void {
	if (
		!Number.isSafeInteger(offset) ||
		!Number.isSafeInteger(length) ||
		offset < 0 ||
		length < 0 ||
		offset + length > size
	)
		throw new LunarError(
			"CHECKPOINT_UNREADABLE",
			`bytes ${offset} to ${offset + length} of a file of ${size}: it is cut short or damaged`,
		);
}
