import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Whatever tests put into the temporary folder is gone when all have ended, even those that were killed. */
export default function setup(): () => void {
	const folder = mkdtempSync(join(tmpdir(), "lunar-tests-"));
	process.env.TMPDIR = folder;
	return () => rmSync(folder, { recursive: true, force: true });
}
