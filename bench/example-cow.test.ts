import { expect, test } from "vitest";
import { createRunContext } from "../src/core/run-context.ts";
import { multiviewFit } from "../src/engines/multiview-fit/engine.ts";
import { resolveRunOptions } from "../src/pipeline/options.ts";
import { imagesToAsset } from "../src/pipeline/pipeline.ts";
import { cowPhotos } from "./inputs.ts";

test("the cow of the examples keeps both horns: no part that a picture shows is missing", async () => {
	const { report } = await imagesToAsset(
		await cowPhotos(),
		multiviewFit,
		multiviewFit.options.parse({}),
		resolveRunOptions({ quality: "balanced" }),
		createRunContext().ctx,
	);
	// Without a horn: front .988, left .991.
	for (const { silhouetteIou } of report.perView)
		expect(silhouetteIou).toBeGreaterThan(0.994);
}, 60_000);
