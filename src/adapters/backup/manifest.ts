import { z } from "zod";

export const MANIFEST_FILE = "manifest.json";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const file = z.strictObject({
	name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,80}$/),
	sha256,
	sizeBytes: z.number().int().min(0),
});

/** What a backup holds; written last, so that a backup without it is none. */
export interface BackupManifest {
	readonly format: 1;
	readonly program: string;
	readonly createdAt: number; // ms since 1970
	/** A copy of the job store. */
	readonly store: BackupFile;
	/** Signs links. */
	readonly linkSecret?: BackupFile | undefined;
	readonly jobs: number;
	readonly blobs: number;
	readonly blobBytes: number;
	/** Blobs that the store names and that were lost or damaged before. */
	readonly missing: readonly string[];
}

export interface BackupFile {
	readonly name: string;
	readonly sha256: string;
	readonly sizeBytes: number;
}

export const manifestSchema: z.ZodType<BackupManifest> = z.strictObject({
	format: z.literal(1),
	program: z.string(),
	createdAt: z.number(),
	store: file,
	linkSecret: file.optional(),
	jobs: z.number().int().min(0),
	blobs: z.number().int().min(0),
	blobBytes: z.number().int().min(0),
	missing: z.array(sha256),
});

/** Where a blob lies, in a backup and in a data folder. */
export function blobName(sha256: string): string {
	return `blobs/${sha256.slice(0, 2)}/${sha256.slice(2)}`;
}
