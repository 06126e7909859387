import { describeBytes } from "../../describe-bytes.ts";
import type { ShownJob } from "../jobs-door.ts";
import type { JobsArguments } from "./jobs.ts";
import { describeState, shown, span, titleOf } from "./jobs-list.ts";

/** Everything about each job. */
export async function showJobs(given: JobsArguments): Promise<number> {
	const { door, ids, json, terminal } = given;
	for (const [k, id] of ids.entries()) {
		const job = await door.get(id);
		terminal.out(
			json
				? `${JSON.stringify(job, null, 2)}\n`
				: `${k > 0 ? "\n" : ""}${describe(job)}`,
		);
	}
	return 0;
}

function describe(job: ShownJob): string {
	const { request, error, outlook } = job;
	const rows: [string, string | undefined][] = [
		["state", describeState(job)],
		["title", shown(titleOf(job))],
		[
			"pictures",
			request.inputs
				.map(({ label, view }) => shown(view ? `${view}: ${label}` : label))
				.join(", "),
		],
		["engine", request.engines.join(" and ")],
		["options", record({ ...request.options, ...request.engineOptions })],
		["tags", request.tags.map(shown).join(", ")],
		["made", new Date(job.createdAt).toLocaleString()],
		["waited", span(job.createdAt, job.startedAt)],
		["took", span(job.startedAt, job.finishedAt)],
		[
			"left",
			outlook.secondsLeft === undefined
				? undefined
				: `about ${Math.round(outlook.secondsLeft)} s`,
		],
		["attempts", `${job.attempts} of ${request.maxAttempts}`],
		["waits for", request.dependsOn.join(", ")],
		["same as", job.result?.reusedFrom],
		["error", error ? `${error.code}: ${error.message}` : undefined],
		["", error ? `→ ${error.hint}` : undefined],
	];
	const lines = rows
		.filter(([, value]) => value)
		.map(([name, value]) => `  ${name.padEnd(10)}${value}\n`);
	const past = job.pastErrors.map(
		({ attempt, code, message }) =>
			`  attempt ${attempt}: ${code}: ${clean(message)}\n`,
	);
	const notices = job.notices.map(
		({ severity, message }) =>
			`  ${severity === "warning" ? "!" : "i"} ${clean(message)}\n`,
	);
	const outcomes = (job.result?.outcomes ?? []).map(
		({ engine, summary }) => `\n${engine}: ${clean(summary)}\n`,
	);
	const files = job.files.map(
		({ name, sizeBytes }) => `  ${clean(name)}  ${describeBytes(sizeBytes)}\n`,
	);
	return [
		`${job.id}\n`,
		...lines.map(clean),
		...past,
		...notices,
		...outcomes,
		files.length > 0 ? "\nfiles\n" : "",
		...files,
	].join("");
}

function record(options: Readonly<Record<string, unknown>>): string {
	return Object.entries(options)
		.filter(([, value]) => value !== undefined)
		.map(([name, value]) => `${name} ${String(value)}`)
		.join(", ");
}

/** Texts of a server may hold terminal commands. */
function clean(text: string): string {
	return text.replace(/[^\P{Cc}\n]/gu, "\u{fffd}");
}
