import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { parseArgs } from "node:util";
import { CSV_HEADER, csvLine, markdownTable, type Stamp } from "./table.ts";
import type { Size } from "./task.ts";
import { TASKS } from "./tasks/index.ts";

// npm run bench [-- NAME …] [--quick] [--dry]
// Times the verbs named (default: all), prints tables, and appends a row per case to results/<verb>.csv.
// --quick: smaller cases, in a minute. --dry: nothing is written.

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		quick: { type: "boolean", default: false },
		dry: { type: "boolean", default: false },
	},
});
const unknown = positionals.filter(
	(name) => !TASKS.some((task) => task.name === name),
);
if (unknown.length > 0) {
	console.error(
		`no verb is called ${unknown.join(", ")}; there are ${TASKS.map((task) => task.name).join(", ")}`,
	);
	process.exit(2);
}
const chosen = TASKS.filter(
	({ name }) => positionals.length === 0 || positionals.includes(name),
);
const size: Size = values.quick ? "quick" : "full";
const folder = new URL("results/", import.meta.url);
const stamp: Stamp = {
	date: new Date().toISOString().slice(0, 10),
	commit: commitNow(),
	host: `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? "unknown"}, Node ${process.version}`,
	size,
};

console.log(`${stamp.date}, ${stamp.commit}, ${stamp.host}, ${size}\n`);
for (const task of chosen) {
	const rows = await task.run(size);
	console.log(markdownTable(task.name, rows));
	if (values.dry) continue;
	mkdirSync(folder, { recursive: true });
	const file = new URL(`${task.name}.csv`, folder);
	if (!existsSync(file)) writeFileSync(file, `${CSV_HEADER}\n`);
	appendFileSync(file, rows.map((row) => `${csvLine(row, stamp)}\n`).join(""));
}

function commitNow(): string {
	const git = (...args: string[]): string =>
		execFileSync("git", args, {
			cwd: new URL(".", import.meta.url),
			encoding: "utf8",
		}).trim();
	try {
		const changed = git("status", "--porcelain", "--", "../src") !== "";
		return git("rev-parse", "--short", "HEAD") + (changed ? "+" : "");
	} catch {
		return "unknown";
	}
}
