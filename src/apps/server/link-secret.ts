import { randomBytes } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { LunarError } from "../../core/errors.ts";

const FILE = "link-secret";
const SECRET_BYTES = 32;

/** What signs links: made at the first start, kept in the data folder, for its owner's eyes only. */
export async function readLinkSecret(dataPath: string): Promise<Uint8Array> {
	const path = join(dataPath, FILE);
	try {
		const file = await open(path, "wx", 0o600);
		try {
			const secret = randomBytes(SECRET_BYTES);
			await file.writeFile(secret.toString("hex"));
			await file.sync();
			return secret;
		} finally {
			await file.close();
		}
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "EEXIST")
			throw new LunarError(
				"STORE_UNWRITABLE",
				`${path} cannot be written: ${(error as Error).message}`,
				{ cause: error },
			);
	}
	const secret = Buffer.from((await readFile(path, "utf8")).trim(), "hex");
	if (secret.length !== SECRET_BYTES)
		throw new LunarError(
			"STORE_CORRUPT",
			`${path} is not ${SECRET_BYTES} bytes in hex; delete it: links given before will stop working`,
		);
	return secret;
}
