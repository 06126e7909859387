import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { LunarError } from "../core/errors.ts";
import type { NeuralTools } from "../neural/tools.ts";
import { createEngines, findEngine, preferredEngine } from "./index.ts";

/** A machine without weights. */
const TOOLS: NeuralTools = {
	runtime: {
		load: () => Promise.reject(new Error("nothing to load")),
		dispose: async () => {},
	},
	findWeights: async () => ({ isReady: false, files: {} }),
	cacheFolder: "nowhere",
};
const ENGINES = createEngines(TOOLS);

async function codeOf(work: () => Promise<unknown>): Promise<string | null> {
	try {
		await work();
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

	test("the number of views chooses the engine, among those that can run", async () => {
		const chosen = async (count: number): Promise<string> =>
			(await preferredEngine(ENGINES, count)).id;
		expect(await chosen(1)).toBe("nova-prior");
		expect(await chosen(2)).toBe("multiview-fit");
		expect(await chosen(24)).toBe("multiview-fit");
		expect(await chosen(200)).toBe("multiview-fit");
		expect(await codeOf(() => chosen(0))).toBe("NO_INPUT");
		expect(await codeOf(() => chosen(100_000))).toBe("TOO_MANY_INPUTS");
	});

	test("a network is chosen for a photo once its weights are there", async () => {
		const engines = createEngines({
			...TOOLS,
			findWeights: async () => ({ isReady: true, files: {} }),
		});
		expect((await preferredEngine(engines, 1)).id).toBe("triposr");
		expect((await preferredEngine(engines, 3)).id).toBe("multiview-fit");
	});

	test("engines are found by name", async () => {
		expect(findEngine(ENGINES, "relief").id).toBe("relief");
		expect(await codeOf(async () => findEngine(ENGINES, "no-such"))).toBe(
			"ENGINE_UNKNOWN",
		);
	});
});
