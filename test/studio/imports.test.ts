import { globSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

/** What the studio may run of ours (ARCHITECTURE.md, section 2); of everything else it may know the types. */
const MAY_RUN = ["core", "kernel", "formats"];
const MAY_RUN_PACKAGES = /^(react|react-dom|three)(\/|$)/;

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const files = globSync("studio/src/**/*.{ts,tsx}", { cwd: root }).map((file) =>
	file.split(sep).join("/"),
);

function importsOf(
	file: string,
): readonly { readonly from: string; readonly isType: boolean }[] {
	const text = readFileSync(join(root, file), "utf8");
	return [
		...text.matchAll(/^(import|export)\b([^;]*?)\bfrom\s+"([^"]+)"/gm),
	].map((match) => ({
		from: match[3],
		isType: /^\s*type\b/.test(match[2]),
	}));
}

describe("studio", () => {
	it("has source files to look at", () => {
		expect(files.length).toBeGreaterThan(50);
	});

	it.each(files)("%s keeps the import table", (file) => {
		for (const { from, isType } of importsOf(file)) {
			if (isType) continue;
			if (!from.startsWith(".")) {
				expect(from, `${file} runs ${from}`).toMatch(MAY_RUN_PACKAGES);
				continue;
			}
			const target = relative(
				".",
				posix.normalize(posix.join(posix.dirname(file), from)),
			).replaceAll(sep, "/");
			if (!target.startsWith("src/")) continue;
			expect(MAY_RUN, `${file} runs ${target}`).toContain(target.split("/")[1]);
		}
	});

	it.each(files)("%s leaves the console alone", (file) => {
		expect(readFileSync(join(root, file), "utf8")).not.toMatch(/\bconsole\./);
	});
});
