import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

/** Reads every byte. */
export async function hashFile(
	path: string,
): Promise<{ readonly sha256: string; readonly sizeBytes: number }> {
	const hash = createHash("sha256");
	let sizeBytes = 0;
	for await (const chunk of createReadStream(path)) {
		hash.update(chunk);
		sizeBytes += chunk.length;
	}
	return { sha256: hash.digest("hex"), sizeBytes };
}
