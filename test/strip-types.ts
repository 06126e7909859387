import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * Loads the sources once, in one process, before any test: threads and children of the tests then find them compiled,
 * with their types stripped, in the cache that vitest.config.ts names.
 */
export default function stripTypes(): void {
	// Brings the engines and the pipeline.
	const run = fileURLToPath(new URL("../src/apps/run-job.ts", import.meta.url));
	execFileSync(process.execPath, [run], {
		stdio: ["ignore", "ignore", "inherit"],
	});
}
