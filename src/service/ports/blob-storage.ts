/** Bytes by content hash. Writing the same bytes twice keeps them once. Readers never see half a blob. */
export interface BlobStorage {
	/** Streams to a temporary file, hashes, syncs, renames. Throws FILE_TOO_LARGE beyond `maxBytes`, DISK_FULL; leaves nothing behind then. */
	put(
		bytes: AsyncIterable<Uint8Array> | Uint8Array,
		limits?: { readonly maxBytes?: number },
	): Promise<{ readonly sha256: string; readonly sizeBytes: number }>;
	/** Undefined: not there. */
	size(sha256: string): Promise<number | undefined>;
	/** Throws BLOB_MISSING. `end` is inclusive, as in HTTP. */
	read(
		sha256: string,
		range?: { readonly start: number; readonly end: number },
	): Promise<ReadableStream<Uint8Array>>;
	/** A path on this machine that may be read (never written), for engine hosts; fetched there first where storage is remote. */
	localPath(sha256: string): Promise<string>;
	/** `unlessNewerMs`: keeps what was put (perhaps once more) within that time. Answers whether it is gone. */
	remove(sha256: string, unlessNewerMs?: number): Promise<boolean>;
	list(): AsyncIterable<{
		readonly sha256: string;
		readonly sizeBytes: number;
		readonly modifiedAt: number;
	}>;
	/** Bytes free for new blobs. */
	freeBytes(): Promise<number>;
}
