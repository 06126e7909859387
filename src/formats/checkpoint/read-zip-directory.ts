import { LunarError } from "../../core/errors.ts";
import type { ByteSource } from "./byte-source.ts";
import { CHECKPOINT_LIMITS } from "./limits.ts";

/** A file inside a ZIP and where its bytes lie in the whole. */
export interface ZipEntry {
	readonly name: string;
	/** Bytes from the start of the ZIP to the content. */
	readonly offset: number;
	readonly byteLength: number;
}

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const END_64_LOCATOR = 0x07064b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 65535;
const ENCRYPTED = 0x0001;

/** Lists the files of a ZIP whose entries are stored as they are. ZIP64 and data descriptors are understood. */
export async function readZipDirectory(
	source: ByteSource,
): Promise<Map<string, ZipEntry>> {
	const directory = await findDirectory(source);
	const bytes = await source.read(directory.offset, directory.byteLength);
	const view = viewOf(bytes);
	const entries = new Map<string, ZipEntry>();
	let at = 0;
	for (let i = 0; i < directory.count; i++) {
		if (at + 46 > bytes.length || view.getUint32(at, true) !== CENTRAL_HEADER)
			throw unreadable(`entry ${i} of its list is damaged`);
		const nameLength = view.getUint16(at + 28, true);
		const extraLength = view.getUint16(at + 30, true);
		const commentLength = view.getUint16(at + 32, true);
		const end = at + 46 + nameLength + extraLength + commentLength;
		if (end > bytes.length) throw unreadable(`entry ${i} leaves its list`);
		const name = new TextDecoder().decode(
			bytes.subarray(at + 46, at + 46 + nameLength),
		);
		if (view.getUint16(at + 8, true) & ENCRYPTED)
			throw refused(`${name} is encrypted`);
		const method = view.getUint16(at + 10, true);
		if (method !== 0)
			throw refused(
				`${name} is compressed (method ${method}); weights must be stored as they are`,
			);
		if (entries.has(name)) throw refused(`${name} is there twice`);
		const sizes = {
			byteLength: view.getUint32(at + 24, true),
			packed: view.getUint32(at + 20, true),
			header: view.getUint32(at + 42, true),
		};
		readZip64Sizes(
			view,
			at + 46 + nameLength,
			at + 46 + nameLength + extraLength,
			sizes,
		);
		if (sizes.packed !== sizes.byteLength)
			throw unreadable(`${name} is stored, yet has two sizes`);
		const offset = await contentOffset(source, sizes.header, name);
		if (offset + sizes.byteLength > directory.offset)
			throw unreadable(`${name} is cut short`);
		entries.set(name, { name, offset, byteLength: sizes.byteLength });
		at = end;
	}
	checkApart(entries);
	return entries;
}

async function findDirectory(
	source: ByteSource,
): Promise<{ offset: number; byteLength: number; count: number }> {
	const tailBytes = Math.min(source.size, END_BYTES + MAX_COMMENT_BYTES);
	const tailStart = source.size - tailBytes;
	const tail = await source.read(tailStart, tailBytes);
	const view = viewOf(tail);
	let end = tailBytes - END_BYTES;
	while (
		end >= 0 &&
		!(
			view.getUint32(end, true) === END &&
			view.getUint16(end + 20, true) === tailBytes - END_BYTES - end
		)
	)
		end--;
	if (end < 0)
		throw unreadable("its list of files is missing: the file is cut short");
	let count = view.getUint16(end + 10, true);
	let byteLength = view.getUint32(end + 12, true);
	let offset = view.getUint32(end + 16, true);
	let limit = tailStart + end;
	if (
		view.getUint16(end + 4, true) !== 0 &&
		view.getUint16(end + 4, true) !== 0xffff
	)
		throw refused("it is split over several files");
	const needsZip64 =
		count === 0xffff || byteLength === 0xffffffff || offset === 0xffffffff;
	if (needsZip64 || hasLocator(view, end)) {
		if (!hasLocator(view, end)) throw unreadable("its ZIP64 record is missing");
		limit = toNumber(view.getBigUint64(end - 20 + 8, true));
		const record = viewOf(await source.read(limit, 56));
		if (record.getUint32(0, true) !== END_64)
			throw unreadable("its ZIP64 record is damaged");
		count = toNumber(record.getBigUint64(32, true));
		byteLength = toNumber(record.getBigUint64(40, true));
		offset = toNumber(record.getBigUint64(48, true));
	}
	if (offset + byteLength > limit)
		throw unreadable("its list of files lies outside the file");
	if (byteLength > CHECKPOINT_LIMITS.headerBytes)
		throw unreadable(
			`a list of files of ${byteLength} bytes; at most ${CHECKPOINT_LIMITS.headerBytes}`,
		);
	if (count > 2 * CHECKPOINT_LIMITS.tensors)
		throw unreadable(
			`${count} files; at most ${2 * CHECKPOINT_LIMITS.tensors}`,
		);
	return { offset, byteLength, count };
}

function hasLocator(view: DataView, end: number): boolean {
	return end >= 20 && view.getUint32(end - 20, true) === END_64_LOCATOR;
}

/** ZIP64 keeps the fields that did not fit, in this order, in extra field 1. */
function readZip64Sizes(
	view: DataView,
	start: number,
	end: number,
	sizes: { byteLength: number; packed: number; header: number },
): void {
	if (![sizes.byteLength, sizes.packed, sizes.header].includes(0xffffffff))
		return;
	for (let at = start; at + 4 <= end; ) {
		const id = view.getUint16(at, true);
		const fieldEnd = at + 4 + view.getUint16(at + 2, true);
		if (id === 1 && fieldEnd <= end) {
			let field = at + 4;
			for (const key of ["byteLength", "packed", "header"] as const) {
				if (sizes[key] !== 0xffffffff) continue;
				if (field + 8 > fieldEnd) throw unreadable("a ZIP64 size is missing");
				sizes[key] = toNumber(view.getBigUint64(field, true));
				field += 8;
			}
			return;
		}
		at = fieldEnd;
	}
	throw unreadable("a ZIP64 size is missing");
}

/** The lengths in front of the content may differ from those of the list, so they are read there. */
async function contentOffset(
	source: ByteSource,
	header: number,
	name: string,
): Promise<number> {
	const nameBytes = new TextEncoder().encode(name);
	const bytes = await source.read(header, 30 + nameBytes.length);
	const view = viewOf(bytes);
	if (
		view.getUint32(0, true) !== LOCAL_HEADER ||
		view.getUint16(26, true) !== nameBytes.length ||
		nameBytes.some((byte, i) => byte !== bytes[30 + i])
	)
		throw unreadable(`${name} is not where the list says`);
	return header + 30 + nameBytes.length + view.getUint16(28, true);
}

function checkApart(entries: ReadonlyMap<string, ZipEntry>): void {
	const inOrder = [...entries.values()].sort(
		(a, b) => a.offset - b.offset || a.byteLength - b.byteLength,
	);
	for (let i = 1; i < inOrder.length; i++)
		if (inOrder[i - 1].offset + inOrder[i - 1].byteLength > inOrder[i].offset)
			throw refused(`${inOrder[i - 1].name} and ${inOrder[i].name} overlap`);
}

function toNumber(value: bigint): number {
	return Number(value); // beyond 2⁵³ the range check of the source refuses it
}

function viewOf(bytes: Uint8Array): DataView {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function unreadable(message: string): LunarError {
	return new LunarError("CHECKPOINT_UNREADABLE", `ZIP: ${message}`);
}

function refused(message: string): LunarError {
	return new LunarError("CHECKPOINT_REFUSED", `ZIP: ${message}`);
}
