import { serialize } from "node:v8";
import { expect, it } from "vitest";
import { INLINE } from "../src/core/parallel.ts";
import { openThreads } from "../src/pipeline/open-threads.ts";
import { makeAsset } from "./make-asset.ts";

it("makes the same asset, report and previews in one thread and in several", async () => {
	await using threads = openThreads({
		threads: 3,
		onLost: (error) => {
			throw error;
		},
	});
	const [alone, together] = [
		await makeAsset({ context: { parallel: INLINE } }),
		await makeAsset({ context: { parallel: threads } }),
	];
	expect(together.report).toEqual(alone.report);
	// Vitest takes seconds to compare millions of numbers.
	for (const part of ["asset", "fidelity", "previews"] as const)
		expect(serialize(together[part]).equals(serialize(alone[part])), part).toBe(
			true,
		);
});
