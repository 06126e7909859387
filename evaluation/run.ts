import { writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ENGINES, engineById } from "../src/apps/wiring.ts";
import { openThreads } from "../src/pipeline/open-threads.ts";
import { type Detection, type DetectionSetup, detect } from "./detect.ts";
import { measure, SETUPS, type Setup } from "./measure.ts";
import { measureRobust } from "./measure-robust.ts";
import { evaluationFolder, listObjects } from "./objects.ts";
import { type RobustRow, robustTables } from "./robust-tables.ts";
import { type Board, scoreboard } from "./scoreboard.ts";
import { ROBUST_SETUPS, type RobustSetup } from "./setups.ts";

// npm run evaluate -- [--suite core|robust|detection|all] [--setup ID,ID…] [--engine ID] [--object NAME] [--quality Q]
//                     [--preset P] [--set FOLDER] [--dry]

const { values } = parseArgs({
	options: {
		set: { type: "string" },
		suite: { type: "string", default: "core" },
		engine: { type: "string" },
		setup: { type: "string" },
		object: { type: "string" },
		quality: { type: "string", default: "balanced" },
		preset: { type: "string" },
		dry: { type: "boolean", default: false },
	},
});
const here = (path: string): string =>
	fileURLToPath(new URL(path, import.meta.url));
const root = evaluationFolder(values.set);
const quality = values.quality as "fast" | "balanced" | "quality";
const VIEW_COUNT: Record<Setup, number> = {
	photo: 1,
	"views-6": 6,
	"posed-24": 24,
};
/** Engines that the robustness suite compares: the second is what the first must never be worse than. */
const ROBUST_ENGINES = ["multiview-fit", "visual-hull"];
const DETECTION_SETUPS: readonly DetectionSetup[] = [
	"views-4",
	"views-6",
	"posed-24",
];

const objects = listObjects(root);
const isAsked = ({ name }: { readonly name: string }): boolean =>
	values.object === undefined || values.object === name;
const isSuite = (...names: string[]): boolean =>
	names.includes(values.suite) || values.suite === "all";

// Warm from one object to the next, as in a server's worker.
await using threads = openThreads();
const boards = isSuite("core") ? await core() : [];
const robust = isSuite("robust") ? await robustness() : [];
const detections =
	isSuite("detection", "robust") && !values.setup && !values.engine
		? await detection()
		: [];

const host = `${availableParallelism()} cores of ${cpus()[0]?.model.trim() ?? "an unknown processor"}, Node ${process.version}`;
const text = scoreboard(boards, host) + robustTables(robust, detections);
console.log(text);
if (!values.dry) {
	writeFileSync(here("scoreboard.md"), text);
	console.log(`written to ${here("scoreboard.md")}`);
}

/** `--setup` may name several, with commas. */
function isAskedSetup(id: string): boolean {
	return values.setup === undefined || values.setup.split(",").includes(id);
}

/** The three inputs that every engine is judged by, object by object. */
async function core(): Promise<Board[]> {
	const filled: Board[] = [];
	for (const engine of values.engine ? [engineById(values.engine)] : ENGINES)
		for (const setup of SETUPS) {
			const readiness = await engine.readiness?.();
			if (readiness?.ready === false) {
				console.error(`${engine.id} was left out: ${readiness.reason}`);
				break;
			}
			const [min, max] = engine.needs.views;
			if (VIEW_COUNT[setup] < min || VIEW_COUNT[setup] > max) continue;
			if (!isAskedSetup(setup)) continue;
			const board = {
				engine: engine.id,
				setup,
				quality,
				...(values.preset ? { preset: values.preset } : {}),
				scores: [],
				failures: [],
			};
			await fill(board, engine.id, setup);
			filled.push(board);
		}
	return filled;
}

/** Fewer pictures and worse ones: what each costs. */
async function robustness(): Promise<RobustRow[]> {
	const rows: RobustRow[] = [];
	for (const setup of ROBUST_SETUPS) {
		if (!isAskedSetup(setup.id)) continue;
		for (const engine of ROBUST_ENGINES) {
			if (values.engine && values.engine !== engine) continue;
			if (setup.preset && engine !== ROBUST_ENGINES[0]) continue;
			rows.push(await robustRow(setup, engine));
		}
	}
	return rows;
}

async function robustRow(
	setup: RobustSetup,
	engine: string,
): Promise<RobustRow> {
	const scores: RobustRow["scores"][number][] = [];
	const failures: string[] = [];
	for (const object of objects.filter(isAsked))
		try {
			const score = await measureRobust(object, setup, engineById(engine));
			scores.push(score);
			console.error(
				`${setup.id} ${engine} ${object.name}: Chamfer ${score.geometry.chamfer.toFixed(4)}`,
			);
		} catch (error) {
			failures.push(`${object.name}: ${(error as Error).message}`);
			console.error(`${setup.id} ${engine} ${object.name}: ${error}`);
		}
	return { setup, engine, scores, failures };
}

/** Whether views that do not belong are found. */
async function detection(): Promise<
	{ setup: DetectionSetup; results: Detection[] }[]
> {
	const tables: { setup: DetectionSetup; results: Detection[] }[] = [];
	for (const setup of DETECTION_SETUPS) {
		const results: Detection[] = [];
		for (const [index, object] of objects.entries()) {
			if (!isAsked(object)) continue;
			results.push(...(await detect(objects, index, setup)));
			console.error(`detection ${setup} ${object.name}`);
		}
		tables.push({ setup, results });
	}
	return tables;
}

async function fill(
	board: {
		scores: Board["scores"][number][];
		failures: Board["failures"][number][];
	},
	engineId: string,
	setup: Setup,
): Promise<void> {
	for (const object of objects.filter(isAsked)) {
		try {
			const score = await measure(
				object,
				setup,
				engineById(engineId),
				quality,
				threads,
				values.preset,
			);
			board.scores.push(score);
			console.error(
				`${engineId} ${setup} ${object.name}: Chamfer ${score.geometry.chamfer.toFixed(4)}, ${(score.totalMs / 1000).toFixed(1)} s`,
			);
		} catch (error) {
			board.failures.push({
				object: object.name,
				message: (error as Error).message,
			});
			console.error(`${engineId} ${setup} ${object.name}: ${error}`);
		}
	}
}
