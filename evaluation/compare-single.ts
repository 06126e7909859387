import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ENGINES } from "../src/apps/wiring.ts";
import { evaluationFolder, listObjects, loadGroundTruth } from "./objects.ts";
import {
	loadSinglePictures,
	measureSingle,
	type SingleScore,
} from "./single-pictures.ts";
import { type SingleRow, singleTables } from "./single-tables.ts";

// node evaluation/compare-single.ts [ENGINE …] [--object NAME,NAME…] [--quality Q] [--set FOLDER] [--dry]
// The first engine is what the others are measured against. Default: relief nova-prior triposr.

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		set: { type: "string" },
		object: { type: "string" },
		quality: { type: "string", default: "balanced" },
		dry: { type: "boolean", default: false },
	},
});
const here = (path: string): string =>
	fileURLToPath(new URL(path, import.meta.url));
const root = evaluationFolder(values.set);

const quality = values.quality as "fast" | "balanced" | "quality";

// (1) Who takes part.
const asked =
	positionals.length > 0 ? positionals : ["relief", "nova-prior", "triposr"];
const missing: { engine: string; reason: string }[] = [];
const engines = [];
for (const id of asked) {
	const engine = ENGINES.find((candidate) => candidate.id === id);
	const readiness = await engine?.readiness?.();
	if (engine === undefined)
		missing.push({ engine: id, reason: "there is no such engine" });
	else if (readiness?.ready === false)
		missing.push({ engine: id, reason: readiness.reason });
	else engines.push(engine);
}
if (engines.length === 0) throw new Error("no engine to compare");

// (2) Every picture through every engine.
const rows: SingleRow[] = [];
const failures: string[] = [];
for (const [index, object] of listObjects(root).entries()) {
	if (values.object && !values.object.split(",").includes(object.name))
		continue;
	const truth = await loadGroundTruth(object);
	for (const picture of await loadSinglePictures(object, index)) {
		const scores: Record<string, SingleScore | undefined> = {};
		for (const engine of engines) {
			const name = `${object.name} ${picture.photo.label} ${engine.id}`;
			try {
				const score = await measureSingle(picture, truth, engine, quality);
				scores[engine.id] = score;
				console.error(
					`${name}: F@0.05 ${score.geometry.fScores[2].fScore.toFixed(3)}, IoU ${score.input.silhouetteIou.toFixed(3)}, ${score.input.psnrDb.toFixed(1)} dB, ${(score.cpuMs / 1000).toFixed(1)} s CPU`,
				);
			} catch (error) {
				failures.push(`${name}: ${(error as Error).message}`);
				console.error(`${name}: ${error}`);
			}
		}
		rows.push({ picture, scores });
	}
}

// (3) What it says.
const text = singleTables({
	quality,
	engines: engines.map(({ id }) => id),
	missing,
	rows,
	failures,
});
console.log(text);
if (!values.dry) {
	writeFileSync(here("single-view.md"), text);
	console.log(`written to ${here("single-view.md")}`);
}
for (const engine of engines) await engine.unload?.();
