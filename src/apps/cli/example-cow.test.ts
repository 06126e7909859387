import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createRunContext } from "../../core/run-context.ts";
import { VIEW_NAMES } from "../../core/view.ts";
import { multiviewFit } from "../../engines/multiview-fit/engine.ts";
import { decodePicture } from "../../formats/picture/decode.ts";
import { resolveRunOptions } from "../../pipeline/options.ts";
import { imagesToAsset } from "../../pipeline/pipeline.ts";

test("the cow of the examples keeps both horns: no part that a picture shows is missing", async () => {
	const folder = new URL("../../../examples/cow/", import.meta.url);
	const photos = await Promise.all(
		VIEW_NAMES.map(async (name) => {
			const file = `${name}.png`;
			const bytes = readFileSync(new URL(file, folder));
			return (await decodePicture(bytes, file, { name })).photo;
		}),
	);
	const { report } = await imagesToAsset(
		photos,
		multiviewFit,
		multiviewFit.options.parse({}),
		resolveRunOptions({ quality: "balanced" }),
		createRunContext().ctx,
	);
	// Without a horn: front .988, left .991.
	for (const { silhouetteIou } of report.perView)
		expect(silhouetteIou).toBeGreaterThan(0.994);
}, 60_000);
