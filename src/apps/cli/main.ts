import { asLunarError } from "../../core/errors.ts";
import { VERSION } from "../../pipeline/version.ts";
import type { Command, Terminal } from "./command.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { startThreadAhead } from "./generate-thread.ts";

/** What there is, and the code of each, loaded when it is needed: half of the time to start. */
const COMMANDS: readonly {
	readonly name: string;
	/** One line for the list. */
	readonly summary: string;
	readonly load: () => Promise<Command>;
}[] = [
	{
		name: "generate",
		summary: "pictures in, a textured 3D asset and a quality report out",
		load: async () => (await import("./commands/generate.ts")).generateCommand,
	},
	{
		name: "inspect",
		summary: "the quality report of any GLB, OBJ, PLY or STL",
		load: async () => (await import("./commands/inspect.ts")).inspectCommand,
	},
	{
		name: "render",
		summary: "stills from six sides, a hero picture and a turntable of a model",
		load: async () => (await import("./commands/render.ts")).renderCommand,
	},
	{
		name: "convert",
		summary: "a model file into another format",
		load: async () => (await import("./commands/convert.ts")).convertCommand,
	},
	{
		name: "engines",
		summary: "what engines there are, what each needs, which can run here",
		load: async () => (await import("./commands/engines.ts")).enginesCommand,
	},
	{
		name: "weights",
		summary: "what learned engines need: list, pull, verify, path, remove",
		load: async () => (await import("./commands/weights.ts")).weightsCommand,
	},
	{
		name: "serve",
		summary: "the server: studio, HTTP API, job queue, engine hosts",
		load: async () => (await import("./commands/serve.ts")).serveCommand,
	},
	{
		name: "submit",
		summary: "pictures to a running server, as a job",
		load: async () => (await import("./commands/submit.ts")).submitCommand,
	},
	{
		name: "jobs",
		summary:
			"jobs of a server: list, show, watch, cancel, retry, delete, download",
		load: async () => (await import("./commands/jobs.ts")).jobsCommand,
	},
	{
		name: "keys",
		summary: "API keys of a server: add, list, remove",
		load: async () => (await import("./commands/keys.ts")).keysCommand,
	},
	{
		name: "backup",
		summary: "all jobs and files of the server to a folder or a tar file",
		load: async () => (await import("./commands/backup.ts")).backupCommand,
	},
	{
		name: "restore",
		summary: "a backup into the data folder, checked before",
		load: async () => (await import("./commands/restore.ts")).restoreCommand,
	},
	{
		name: "config",
		summary: "the server's settings: what is in effect, check, example",
		load: async () => (await import("./commands/config.ts")).configCommand,
	},
	{
		name: "doctor",
		summary: "whether this machine has what it takes, and what to do about it",
		load: async () => (await import("./commands/doctor.ts")).doctorCommand,
	},
];

const terminal: Terminal = {
	out: (text) => process.stdout.write(text),
	err: (text) => process.stderr.write(text),
	isInteractive: process.stderr.isTTY === true,
	columns: process.stderr.columns ?? 80,
};

// A closed pipe (lunar … | head) is the reader's choice, not an error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
	if (error.code === "EPIPE") process.exit(0);
	throw error;
});

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
	const [name, ...rest] = args;
	if (name === "--version" || name === "-v" || name === "version") {
		terminal.out(`${VERSION}\n`);
		return 0;
	}
	if (name === undefined || ["--help", "-h", "help"].includes(name)) {
		const asked = COMMANDS.find((command) => command.name === rest[0]);
		terminal.out(asked ? (await asked.load()).help() : overview());
		return name === undefined ? EXIT_CODES["invalid-input"] : 0;
	}
	const found = COMMANDS.find((candidate) => candidate.name === name);
	if (found === undefined) {
		terminal.err(`error: unknown command "${name}"\n\n${overview()}`);
		return EXIT_CODES["invalid-input"];
	}
	if (rest.includes("--help") || rest.includes("-h")) {
		terminal.out((await found.load()).help());
		return 0;
	}
	if (name === "generate") startThreadAhead();
	try {
		return await (await found.load()).run(rest, terminal);
	} catch (thrown) {
		return reportError(thrown, rest.includes("--json"));
	}
}

/** A calm sentence and the next step for people; one JSON line for machines; the stack for bugs. */
function reportError(thrown: unknown, json: boolean): number {
	const error = asLunarError(thrown);
	if (json)
		terminal.out(
			`${JSON.stringify({ type: "error", error: error.toJSON() })}\n`,
		);
	const where = error.step === undefined ? "" : ` (in ${error.step})`;
	// File names may hold terminal commands.
	const message = error.message.replace(/[^\P{Cc}\n]/gu, "\u{fffd}");
	terminal.err(`error: ${message}${where}\n`);
	if (error.code !== "CANCELLED") terminal.err(`  → ${error.hint}\n`);
	if (error.code === "BUG") {
		const cause = error.cause instanceof Error ? error.cause : error;
		terminal.err(`${cause.stack ?? cause.message}\n`);
	}
	return EXIT_CODES[error.kind];
}

function overview(): string {
	const width = Math.max(...COMMANDS.map((command) => command.name.length));
	return `Lunar Nova ${VERSION}: pictures in, a validated 3D asset and an honest report out.

usage: lunar COMMAND [options]

${COMMANDS.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`).join("\n")}

  lunar COMMAND --help   what a command takes
  lunar --version

exit codes: 0 done, 1 inspect --require not passed, 2 input or option, 3 machine or service, 4 limit, 70 bug, 130 cancelled
`;
}
