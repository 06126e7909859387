import type { JobRequest } from "./job.ts";

/** Blobs that a job came with: pictures, corrections, camera file. */
export function inputBlobsOf({ inputs, masks, cameraFile }: JobRequest): {
	readonly sha256: string;
	readonly sizeBytes: number;
	readonly label: string;
}[] {
	return [...inputs, ...(masks ?? []), ...(cameraFile ? [cameraFile] : [])];
}
