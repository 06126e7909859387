import { existsSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ENGINES, engineById } from "../src/apps/wiring.ts";
import { measure, SETUPS, type Setup } from "./measure.ts";
import { listObjects } from "./objects.ts";
import { type Board, scoreboard } from "./scoreboard.ts";

// npm run evaluate -- [--set FOLDER] [--engine ID] [--setup photo|views-6|posed-24] [--object NAME] [--quality Q] [--dry]

const { values } = parseArgs({
	options: {
		set: { type: "string" },
		engine: { type: "string" },
		setup: { type: "string" },
		object: { type: "string" },
		quality: { type: "string", default: "balanced" },
		dry: { type: "boolean", default: false },
	},
});
const here = (path: string): string =>
	fileURLToPath(new URL(path, import.meta.url));
const root =
	values.set ??
	[here("../../shared/eval"), here("../fixtures/eval")].find(existsSync) ??
	here("../fixtures/eval");
const quality = values.quality as "fast" | "balanced" | "quality";
const VIEW_COUNT: Record<Setup, number> = {
	photo: 1,
	"views-6": 6,
	"posed-24": 24,
};

const boards: Board[] = [];
for (const engine of values.engine ? [engineById(values.engine)] : ENGINES)
	for (const setup of SETUPS) {
		const [min, max] = engine.needs.views;
		if (VIEW_COUNT[setup] < min || VIEW_COUNT[setup] > max) continue;
		if (values.setup && values.setup !== setup) continue;
		const board = {
			engine: engine.id,
			setup,
			quality,
			scores: [],
			failures: [],
		};
		await fill(board, engine.id, setup);
		boards.push(board);
	}

const host = `${availableParallelism()} cores of ${cpus()[0]?.model.trim() ?? "an unknown processor"}, Node ${process.version}`;
const text = scoreboard(boards, host);
console.log(text);
if (!values.dry) {
	writeFileSync(here("scoreboard.md"), text);
	console.log(`written to ${here("scoreboard.md")}`);
}

async function fill(
	board: {
		scores: Board["scores"][number][];
		failures: Board["failures"][number][];
	},
	engineId: string,
	setup: Setup,
): Promise<void> {
	for (const object of listObjects(root)) {
		if (values.object && object.name !== values.object) continue;
		try {
			const score = await measure(object, setup, engineById(engineId), quality);
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
