import { expect, test } from "vitest";
import { resolveRunOptions } from "../pipeline/options.ts";
import { prepareRun } from "./run-job.ts";

async function presetOf(
	quality: "fast" | "balanced" | "quality",
	engine: string,
	engineOptions = {},
): Promise<unknown> {
	const prepared = await prepareRun(
		{
			engine,
			engineOptions,
			options: resolveRunOptions({ quality, background: "alpha" }),
			pictureCount: 3,
		},
		() => {},
	);
	return (prepared.engineOptions as { preset?: string }).preset;
}

test("the run's quality chooses an engine's preset of that name, unless one was asked for", async () => {
	expect(await presetOf("fast", "multiview-fit")).toBe("fast");
	expect(await presetOf("balanced", "multiview-fit")).toBe("balanced");
	expect(await presetOf("quality", "multiview-fit")).toBe("quality");
	expect(await presetOf("fast", "multiview-fit", { preset: "quality" })).toBe(
		"quality",
	);
});

test("an engine without presets is told of none", async () => {
	expect(await presetOf("fast", "visual-hull")).toBeUndefined();
});
