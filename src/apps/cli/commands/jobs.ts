import { LunarError } from "../../../core/errors.ts";
import type { Command, Terminal } from "../command.ts";
import {
	describeFlags,
	type Flag,
	type FlagValues,
	parseFlags,
} from "../flags.ts";
import { DOOR_FLAGS, type JobsDoor, openJobs } from "../jobs-door.ts";
import { cancelJobs, deleteJobs, retryJobs } from "./jobs-change.ts";
import { downloadJob } from "./jobs-download.ts";
import { listJobs } from "./jobs-list.ts";
import { showJobs } from "./jobs-show.ts";
import { watchJobs } from "./jobs-watch.ts";

/** What every part of the command is given. */
export interface JobsArguments {
	readonly door: JobsDoor;
	/** Full ids. */
	readonly ids: readonly string[];
	readonly values: FlagValues;
	readonly json: boolean;
	readonly terminal: Terminal;
}

const LIST_FLAGS: readonly Flag[] = [
	{
		name: "state",
		type: "string",
		value: "queued|running|succeeded|failed|cancelled",
		description: "list: only these",
	},
	{
		name: "engine",
		type: "string",
		value: "NAME",
		description: "list: only of this engine",
	},
	{
		name: "tag",
		type: "string",
		value: "WORD",
		description: "list: only with this tag",
	},
	{
		name: "search",
		type: "string",
		value: "TEXT",
		description: "list: words of title, picture names and id",
	},
	{ name: "favourite", type: "boolean", description: "list: only favourites" },
	{
		name: "limit",
		type: "number",
		value: "N",
		description: "list: 1 to 200 (default 20)",
	},
	{
		name: "output",
		short: "o",
		type: "string",
		value: "PATH",
		description:
			"download: a folder (default out/<title>), or one file (shoe.glb)",
	},
	{ name: "json", type: "boolean", description: "Machine-readable, on stdout" },
];

const PARTS: Readonly<
	Record<string, (given: JobsArguments) => Promise<number>>
> = {
	list: listJobs,
	show: showJobs,
	watch: watchJobs,
	cancel: cancelJobs,
	retry: retryJobs,
	delete: deleteJobs,
	download: downloadJob,
};

export const jobsCommand: Command = {
	name: "jobs",
	help: () => `usage: lunar jobs list [--state STATE] [--engine NAME] [--tag WORD] [--search TEXT] [--limit N]
       lunar jobs show ID …
       lunar jobs watch ID
       lunar jobs cancel ID …
       lunar jobs retry ID …
       lunar jobs delete ID …
       lunar jobs download ID [-o PATH]

ID is the id of a job, the end of one, or "last" for the newest. Asks a running server; where none runs, reads its files,
and cancel, retry and delete change them.

${describeFlags(LIST_FLAGS)}

server
${describeFlags(DOOR_FLAGS)}

environment
  LUNAR_SERVER   instead of --server
  LUNAR_API_KEY  for servers that ask for one

Exit code of watch: 0 when the job succeeded, 130 when it was cancelled, else that of its error.
`,
	async run(args, terminal) {
		const { values, positionals } = parseFlags(args, [
			...LIST_FLAGS,
			...DOOR_FLAGS,
		]);
		const [part = "list", ...names] = positionals;
		const run = PARTS[part];
		if (run === undefined)
			throw new LunarError(
				"OPTION_INVALID",
				`jobs has no "${part}"; it has ${Object.keys(PARTS).join(", ")}`,
			);
		const one = part === "watch" || part === "download";
		if (
			part === "list"
				? names.length > 0
				: one
					? names.length !== 1
					: names.length === 0
		)
			throw new LunarError(
				"OPTION_INVALID",
				part === "list"
					? `jobs list takes no "${names[0]}"; did you mean jobs show ${names[0]}?`
					: `jobs ${part} takes ${one ? "one ID" : "one ID or more"}; see lunar jobs list`,
			);
		const door = await openJobs(values);
		if (door.client === undefined && values.json !== true)
			terminal.err("no server runs here; these are its files\n");
		const ids: string[] = [];
		for (const name of names) ids.push(await fullId(door, name));
		return run({ door, ids, values, json: values.json === true, terminal });
	},
};

const FULL_ID = /^job_[0-9A-HJKMNP-TV-Z]{26}$/;

/** The job that a short name means. Throws JOB_UNKNOWN, OPTION_INVALID where it means several. */
async function fullId(door: JobsDoor, name: string): Promise<string> {
	if (FULL_ID.test(name)) return name;
	const { jobs } = await door.list({ limit: name === "last" ? 1 : 200 });
	const found = jobs.filter(
		({ id }) => name === "last" || id.endsWith(name.toUpperCase()),
	);
	if (found.length === 1) return found[0].id;
	if (found.length === 0)
		throw new LunarError(
			"JOB_UNKNOWN",
			name === "last" ? "there are no jobs" : `no job is called ${name}`,
		);
	throw new LunarError(
		"OPTION_INVALID",
		`${name} is the end of ${found.length} ids; give more of it`,
	);
}
