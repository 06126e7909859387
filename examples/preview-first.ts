// A coarse GLB to show at once, the finished one later.
// node examples/preview-first.ts [output folder]
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

const folder = process.argv[2] ?? "out/preview-example";
mkdirSync(folder, { recursive: true });
const cow = fileURLToPath(new URL("cow/", import.meta.url));
const decoded = await Promise.all(
	VIEW_NAMES.map((name) =>
		decodePicture(readFileSync(join(cow, `${name}.png`)), name, { name }),
	),
);
const engine = engineById("multiview-fit");
const { asset } = await imagesToAsset(
	decoded.map(({ photo }) => photo),
	engine,
	engine.options.parse({ preset: "fast" }),
	resolveRunOptions({ quality: "fast" }),
	createRunContext().ctx,
	{
		onPreview: ({ glb, triangles }) => {
			writeFileSync(join(folder, "preview.glb"), glb);
			console.log(`preview of ${triangles} triangles`);
		},
	},
);
writeFileSync(join(folder, "cow.glb"), asset.glb);
console.log(`result of ${asset.glb.length} bytes`);
