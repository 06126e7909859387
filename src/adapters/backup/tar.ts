import { type FileHandle, open } from "node:fs/promises";
import { LunarError } from "../../core/errors.ts";

// POSIX ustar (IEEE 1003.1-1988), regular files only; sizes from 8 GiB on in base 256, as GNU tar and bsdtar read them.

const BLOCK = 512;
const OCTAL_SIZE_LIMIT = 8 ** 11;

/** The header of one file. Names are at most 100 bytes of ASCII. */
export function tarHeader(
	name: string,
	sizeBytes: number,
	modifiedAt: number,
): Buffer {
	if (!/^[\x21-\x7e]{1,100}$/.test(name))
		throw new RangeError(`"${name}" does not fit into a tar header`);
	const header = Buffer.alloc(BLOCK);
	const octal = (value: number, offset: number, digits: number): void => {
		header.write(value.toString(8).padStart(digits, "0"), offset, "ascii");
	};
	header.write(name, 0, "ascii");
	octal(0o600, 100, 7);
	octal(0, 108, 7);
	octal(0, 116, 7);
	if (sizeBytes < OCTAL_SIZE_LIMIT) octal(sizeBytes, 124, 11);
	else {
		header[124] = 0x80;
		header.writeBigUInt64BE(BigInt(sizeBytes), 128);
	}
	octal(Math.max(0, Math.floor(modifiedAt / 1000)), 136, 11);
	header.write("0", 156, "ascii");
	header.write("ustar\x0000", 257, "latin1");
	octal(checksum(header), 148, 6);
	header.write("\0 ", 154, "latin1");
	return header;
}

/** Zeros after a file, up to the next block. */
export function tarPadding(sizeBytes: number): Buffer {
	return Buffer.alloc((BLOCK - (sizeBytes % BLOCK)) % BLOCK);
}

/** Says that the archive is complete. */
export const TAR_END: Buffer = Buffer.alloc(2 * BLOCK);

export interface TarEntry {
	readonly name: string;
	readonly offset: number;
	readonly sizeBytes: number;
}

/** What an archive holds. Throws BACKUP_INVALID for what is no tar, is cut short or holds anything but files. */
export async function readTarEntries(path: string): Promise<TarEntry[]> {
	const file = await open(path, "r");
	try {
		const { size } = await file.stat();
		const entries: TarEntry[] = [];
		let offset = 0;
		for (;;) {
			const header = await readBlock(file, offset);
			if (header === undefined)
				throw damaged(path, `it is cut short at byte ${offset}`);
			if (header.every((byte) => byte === 0)) return entries;
			const name = header.toString("latin1", 0, 100).split("\0", 1)[0];
			if (
				Number.parseInt(header.toString("latin1", 148, 154), 8) !==
				checksum(header)
			)
				throw damaged(path, `byte ${offset} is no tar header`);
			if (header[156] !== 0x30)
				throw damaged(path, `${name} is not a plain file`);
			const sizeBytes =
				header[124] === 0x80
					? Number(header.readBigUInt64BE(128))
					: Number.parseInt(header.toString("latin1", 124, 135), 8);
			const end = offset + BLOCK + sizeBytes;
			if (!(sizeBytes >= 0) || end > size)
				throw damaged(path, `it ends within ${name}`);
			entries.push({ name, offset: offset + BLOCK, sizeBytes });
			offset = end + tarPadding(sizeBytes).length;
		}
	} finally {
		await file.close();
	}
}

async function readBlock(
	file: FileHandle,
	offset: number,
): Promise<Buffer | undefined> {
	const block = Buffer.alloc(BLOCK);
	const { bytesRead } = await file.read(block, 0, BLOCK, offset);
	return bytesRead === BLOCK ? block : undefined;
}

/** Of all bytes, those of the sum itself counted as spaces. */
function checksum(header: Buffer): number {
	let sum = 0;
	for (let k = 0; k < BLOCK; k++) sum += k >= 148 && k < 156 ? 0x20 : header[k];
	return sum;
}

function damaged(path: string, what: string): LunarError {
	return new LunarError("BACKUP_INVALID", `${path}: ${what}`);
}
