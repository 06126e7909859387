import { execFileSync } from "node:child_process";

/**
 * Loads the sources once, in one process, before any test: threads and children of the tests then find them compiled,
 * with their types stripped, in the cache that vitest.config.ts names.
 */
export default function stripTypes(): void {
	const modules = ["apps/wiring.ts", "pipeline/pipeline.ts", "apps/run-job.ts"];
	const imports = modules.map((module) => {
		const url = new URL(`../src/${module}`, import.meta.url);
		return `await import(${JSON.stringify(url.href)});`;
	});
	execFileSync(
		process.execPath,
		["--input-type=module", "--eval", imports.join("\n")],
		{ stdio: ["ignore", "ignore", "inherit"] },
	);
}
