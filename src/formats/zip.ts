import type { OutputFile } from "./output-file.ts";

export interface ZipOptions {
	/** Each file's content begins at a multiple of this. 1–64 bytes. Default 1; USDZ needs 64. */
	readonly alignment?: number;
}

const LOCAL_HEADER_BYTES = 30;
const CENTRAL_HEADER_BYTES = 46;
const END_BYTES = 22;
const UTF8_NAMES = 0x0800;
const DOS_DATE = (1 << 5) | 1; // 1980-01-01: the same input gives the same bytes
const MAX_BYTES = 0xffffffff;

/** Packs files into a ZIP without compressing them. Names may hold folders, with `/`. */
export function zip(
	files: readonly OutputFile[],
	options: ZipOptions = {},
): Uint8Array {
	const alignment = options.alignment ?? 1;
	if (!(Number.isInteger(alignment) && alignment >= 1 && alignment <= 64))
		throw new RangeError(`ZIP alignment ${alignment}; 1–64`);
	if (files.length > 65535)
		throw new RangeError(`${files.length} files; a plain ZIP holds 65535`);

	// (1) Place the files.
	let size = 0;
	const entries = files.map(({ name, bytes }) => {
		const nameBytes = new TextEncoder().encode(name);
		if (nameBytes.length === 0 || nameBytes.length > 65535)
			throw new RangeError(`file name of ${nameBytes.length} bytes`);
		const offset = size;
		const unpadded = offset + LOCAL_HEADER_BYTES + nameBytes.length;
		let padding = (alignment - (unpadded % alignment)) % alignment;
		if (padding > 0 && padding < 4) padding += alignment; // an extra field takes 4 bytes itself
		size = unpadded + padding + bytes.length;
		return { nameBytes, bytes, offset, padding, crc: crc32(bytes) };
	});
	const centralStart = size;
	for (const { nameBytes } of entries)
		size += CENTRAL_HEADER_BYTES + nameBytes.length;
	const centralBytes = size - centralStart;
	size += END_BYTES;
	if (size > MAX_BYTES)
		throw new RangeError(`${size} bytes; a plain ZIP holds ${MAX_BYTES}`);

	// (2) Write them.
	const out = new Uint8Array(size);
	const view = new DataView(out.buffer);
	for (const { nameBytes, bytes, offset, padding, crc } of entries) {
		view.setUint32(offset, 0x04034b50, true);
		writeCommon(view, offset + 4, crc, bytes.length, nameBytes.length);
		view.setUint16(offset + 28, padding, true);
		out.set(nameBytes, offset + LOCAL_HEADER_BYTES);
		const extra = offset + LOCAL_HEADER_BYTES + nameBytes.length;
		if (padding > 0) {
			view.setUint16(extra, 0x1986, true); // the id pxr's own tools use for padding
			view.setUint16(extra + 2, padding - 4, true);
		}
		out.set(bytes, extra + padding);
	}
	// (3) The directory.
	let at = centralStart;
	for (const { nameBytes, bytes, offset, crc } of entries) {
		view.setUint32(at, 0x02014b50, true);
		view.setUint16(at + 4, 20, true);
		writeCommon(view, at + 6, crc, bytes.length, nameBytes.length);
		view.setUint32(at + 42, offset, true);
		out.set(nameBytes, at + CENTRAL_HEADER_BYTES);
		at += CENTRAL_HEADER_BYTES + nameBytes.length;
	}
	view.setUint32(at, 0x06054b50, true);
	view.setUint16(at + 8, entries.length, true);
	view.setUint16(at + 10, entries.length, true);
	view.setUint32(at + 12, centralBytes, true);
	view.setUint32(at + 16, centralStart, true);
	return out;
}

/** The fields that local and central headers have in common. */
function writeCommon(
	view: DataView,
	at: number,
	crc: number,
	byteCount: number,
	nameLength: number,
): void {
	view.setUint16(at, 20, true); // version 2.0
	view.setUint16(at + 2, UTF8_NAMES, true);
	view.setUint16(at + 4, 0, true); // stored
	view.setUint16(at + 6, 0, true);
	view.setUint16(at + 8, DOS_DATE, true);
	view.setUint32(at + 10, crc, true);
	view.setUint32(at + 14, byteCount, true);
	view.setUint32(at + 18, byteCount, true);
	view.setUint16(at + 22, nameLength, true);
}

const CRC_TABLE = new Uint32Array(256);
for (let byte = 0; byte < 256; byte++) {
	let crc = byte;
	for (let bit = 0; bit < 8; bit++)
		crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
	CRC_TABLE[byte] = crc;
}

/** CRC-32 as ZIP and PNG use it. */
export function crc32(bytes: Uint8Array): number {
	let crc = 0xffffffff;
	for (let i = 0; i < bytes.length; i++)
		crc = CRC_TABLE[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
	return (crc ^ 0xffffffff) >>> 0;
}
