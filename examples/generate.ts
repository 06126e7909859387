// Six pictures to a textured GLB and a report, through the library.
// node examples/generate.ts [output folder]
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
	createRunContext,
	decodePicture,
	engineById,
	imagesToAsset,
	resolveRunOptions,
	VIEW_NAMES,
} from "../src/index.ts";

const folder = process.argv[2] ?? "out/library-example";
const cow = fileURLToPath(new URL("cow/", import.meta.url));
const decoded = await Promise.all(
	VIEW_NAMES.map((name) =>
		decodePicture(readFileSync(join(cow, `${name}.png`)), name, { name }),
	),
);
const engine = engineById("visual-hull");
const { ctx } = createRunContext({
	onEvent: (event) => event.type === "step-done" && console.log(event.step),
});
const { asset, report } = await imagesToAsset(
	decoded.map(({ photo }) => photo),
	engine,
	engine.options.parse({}),
	resolveRunOptions({ quality: "fast" }),
	ctx,
);
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "cow.glb"), asset.glb);
console.log(report.verdict, report.summary);
