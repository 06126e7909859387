import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { LunarError } from "../core/errors.ts";
import { chooseEngine, ENGINES, engineById } from "./index.ts";

function codeOf(work: () => unknown): string | null {
	try {
		work();
		return null;
	} catch (error) {
		return (error as LunarError).code;
	}
}

describe("engines", () => {
	test("every folder is listed once, with a README", () => {
		const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
			.filter((entry) => entry.isDirectory())
			.map((entry) => entry.name);
		expect(ENGINES.map(({ id }) => id).toSorted()).toEqual(folders.toSorted());
		for (const folder of folders)
			expect(readdirSync(`${import.meta.dirname}/${folder}`)).toContain(
				"README.md",
			);
	});

	test("the number of views chooses the engine", () => {
		expect(chooseEngine(1).id).toBe("relief");
		expect(chooseEngine(2).id).toBe("multiview-fit");
		expect(chooseEngine(24).id).toBe("multiview-fit");
		expect(chooseEngine(200).id).toBe("multiview-fit");
		expect(codeOf(() => chooseEngine(0))).toBe("NO_INPUT");
		expect(codeOf(() => chooseEngine(100_000))).toBe("TOO_MANY_INPUTS");
	});

	test("engines are found by name", () => {
		expect(engineById("relief").id).toBe("relief");
		expect(codeOf(() => engineById("no-such"))).toBe("ENGINE_UNKNOWN");
	});
});
