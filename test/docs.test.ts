import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { SECTIONS, SETTINGS } from "../src/apps/config/settings.ts";
import { ERRORS } from "../src/core/errors.ts";
import { ROOT } from "./run-lunar.ts";

const PAGES = globSync("{*.md,docs/**/*.md}", { cwd: ROOT });

describe.each(PAGES)("%s", (page) => {
	const text = readFileSync(join(ROOT, page), "utf8");

	it("links to what is there", () => {
		for (const [, target] of text.matchAll(/\]\((?!https?:|#)([^)\s]+)\)/g)) {
			const [path, anchor] = target.split("#");
			const file = path === "" ? page : join(dirname(page), path);
			expect(existsSync(join(ROOT, file)), target).toBe(true);
			if (anchor !== undefined)
				expect(anchorsOf(join(ROOT, file)), target).toContain(anchor);
		}
	});

	it("names settings that there are", () => {
		const known = SETTINGS.map((setting) => setting.path);
		const sections = SECTIONS.join("|");
		for (const [, name] of text.matchAll(
			new RegExp(`\`((?:${sections})\\.(?!ts\\b)[a-zA-Z]+)\``, "g"),
		))
			expect(known).toContain(name);
	});
});

describe("docs/operations/troubleshooting.md", () => {
	it("names errors that there are", () => {
		const text = readFileSync(
			join(ROOT, "docs/operations/troubleshooting.md"),
			"utf8",
		);
		const codes = [...text.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)]
			.map(([, code]) => code)
			.filter((code) => !code.startsWith("LUNAR_"));
		expect(codes.length).toBeGreaterThan(10);
		for (const code of codes) expect(Object.keys(ERRORS)).toContain(code);
	});
});

/** As GitHub makes them from headings. */
function anchorsOf(path: string): string[] {
	return [...readFileSync(path, "utf8").matchAll(/^#+ (.*)$/gm)].map(
		([, heading]) =>
			heading
				.toLowerCase()
				.replace(/[^\w\s-]/g, "")
				.trim()
				.replace(/\s/g, "-"),
	);
}
