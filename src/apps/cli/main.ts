import { asLunarError } from "../../core/errors.ts";
import { VERSION } from "../../pipeline/version.ts";
import type { Command, Terminal } from "./command.ts";
import { convertCommand } from "./commands/convert.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { enginesCommand } from "./commands/engines.ts";
import { generateCommand } from "./commands/generate.ts";
import { inspectCommand } from "./commands/inspect.ts";
import { renderCommand } from "./commands/render.ts";
import { weightsCommand } from "./commands/weights.ts";
import { EXIT_CODES } from "./exit-codes.ts";

const COMMANDS: readonly Command[] = [
	generateCommand,
	inspectCommand,
	renderCommand,
	convertCommand,
	enginesCommand,
	weightsCommand,
	doctorCommand,
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
		terminal.out(asked ? asked.help() : overview());
		return name === undefined ? EXIT_CODES["invalid-input"] : 0;
	}
	const command = COMMANDS.find((candidate) => candidate.name === name);
	if (command === undefined) {
		terminal.err(`error: unknown command "${name}"\n\n${overview()}`);
		return EXIT_CODES["invalid-input"];
	}
	if (rest.includes("--help") || rest.includes("-h")) {
		terminal.out(command.help());
		return 0;
	}
	try {
		return await command.run(rest, terminal);
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
