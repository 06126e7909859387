import { globSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

/** Who may import whom (ARCHITECTURE.md, section 2). A folder may always import itself. */
const MAY_IMPORT: Record<string, readonly string[]> = {
	core: [],
	kernel: ["core"],
	formats: ["core", "kernel"],
	neural: ["core", "kernel", "formats"],
	engines: ["core", "kernel", "neural"],
	pipeline: ["core", "kernel", "formats", "neural"],
	service: ["core", "pipeline"],
	adapters: ["core", "neural", "service"],
	apps: [
		"core",
		"kernel",
		"formats",
		"neural",
		"engines",
		"pipeline",
		"service",
		"adapters",
	],
};
/** Doors of `apps` that stay apart: what two of them need lies beside them. Only the command line starts the others. */
const DOORS: Record<string, readonly string[]> = {
	cli: ["server"],
	server: [],
	worker: [],
};
/** The one place that plugs hosts into a server. */
const COMPOSITION_ROOT = "apps/wiring-service.ts";
/** Folders that run in the browser too. */
const BROWSER_SAFE = ["core", "kernel"];

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "src");
const files = globSync("**/*.ts", { cwd: root })
	.map((file) => file.split(sep).join("/"))
	.filter((file) => !/\.(test|contract)\.ts$/.test(file));

function importsOf(file: string): string[] {
	const text = readFileSync(join(root, file), "utf8");
	return [
		...text.matchAll(
			/^(?:import|export)\b[^;]*?\bfrom\s+"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)/gm,
		),
	].map((match) => match[1] ?? match[2]);
}

function folderOf(file: string): string {
	return file.includes("/") ? file.split("/")[0] : "";
}

describe("architecture", () => {
	it("has source files to look at", () => {
		expect(files.length).toBeGreaterThan(20);
	});

	it.each(files)("%s keeps the import table", (file) => {
		const from = folderOf(file);
		for (const specifier of importsOf(file)) {
			if (!specifier.startsWith(".")) {
				if (BROWSER_SAFE.includes(from))
					expect(specifier, `${file} runs in the browser too`).not.toMatch(
						/^node:|^sharp$/,
					);
				continue;
			}
			const target = relative(
				".",
				posix.normalize(posix.join(posix.dirname(file), specifier)),
			).replaceAll(sep, "/");
			const to = folderOf(target);
			if (from === "apps" && to === "apps" && file !== COMPOSITION_ROOT) {
				const [door, other] = [file, target].map((path) => path.split("/")[1]);
				if (other in DOORS && other !== door)
					expect(
						DOORS[door] ?? [],
						`${file} imports ${specifier}: apps/${door} may not import apps/${other}`,
					).toContain(other);
			}
			if (from === to) {
				if (from === "engines" && file.split("/").length > 2)
					expect(
						target.split("/")[1],
						`${file}: an engine never imports another`,
					).toBe(file.split("/")[1]);
				continue;
			}
			// Files at the top of src (index.ts) are the public face and may import everything.
			if (from === "") continue;
			expect(
				MAY_IMPORT[from],
				`${file} imports ${specifier}: ${from} may not import ${to}`,
			).toContain(to);
		}
	});

	it.each(files.filter((file) => !file.startsWith("apps/")))(
		"%s leaves the console to apps/",
		(file) => {
			expect(readFileSync(join(root, file), "utf8")).not.toMatch(
				/^\s*console\./m,
			);
		},
	);

	it.each(files.filter((file) => /^(kernel|engines)\//.test(file)))(
		"%s is deterministic",
		(file) => {
			const text = readFileSync(join(root, file), "utf8").replace(
				/\/\*[\s\S]*?\*\/|\/\/.*/g,
				"",
			);
			expect(text).not.toMatch(/\bMath\.random\(|\bDate\.now\(|\bnew Date\(/);
		},
	);
});
