import { LunarError } from "../../../core/errors.ts";
import { exampleConfig, listConfig } from "../../config/describe-config.ts";
import { type LoadedConfig, loadConfig } from "../../config/load-config.ts";
import type { Command } from "../command.ts";
import { configSourcesOf, SERVER_FLAGS } from "../config-flags.ts";
import { describeFlags, type Flag, parseFlags } from "../flags.ts";

const FLAGS: readonly Flag[] = [
	...SERVER_FLAGS,
	{ name: "json", type: "boolean", description: "Machine-readable, on stdout" },
];

export const configCommand: Command = {
	name: "config",
	help: () => `usage: lunar config [--json]               what is in effect, and where each setting comes from
       lunar config check FILE            whether a file is right, without the environment
       lunar config example               a file with every setting, commented

Settings come from a file, then the environment (LUNAR_PORT, LUNAR_UPLOADS_MAX_FILE_BYTES: the path to the key in upper
case), then flags. Secrets are not shown; LUNAR_WEBHOOKS_SECRET_FILE names a file that holds one.

${describeFlags(FLAGS)}

Exit code 0 when all is right, 2 when a setting is wrong.
`,
	async run(args, terminal) {
		const { values, positionals } = parseFlags(args, FLAGS);
		const [part = "show", ...rest] = positionals;
		const json = values.json === true;
		if (part === "example" && rest.length === 0) {
			terminal.out(exampleConfig());
			return 0;
		}
		if (part === "check" && rest.length === 1) {
			const { file } = await loadConfig({ file: rest[0], env: homeOnly() });
			terminal.out(
				json ? `${JSON.stringify({ file, ok: true })}\n` : `✓ ${file}\n`,
			);
			return 0;
		}
		if (part !== "show" || rest.length > 0)
			throw new LunarError(
				"OPTION_INVALID",
				`config has no "${positionals.join(" ")}"; it has show, check FILE, example`,
			);
		const loaded = await loadConfig(configSourcesOf(values));
		terminal.out(json ? describeJson(loaded) : describe(loaded));
		return 0;
	},
};

/** The file alone is checked, yet ~ is this user's. */
function homeOnly(): NodeJS.ProcessEnv {
	return process.env.HOME === undefined ? {} : { HOME: process.env.HOME };
}

function describe(loaded: LoadedConfig): string {
	const settings = listConfig(loaded);
	const rows = settings.map(({ path, value, from }) => [
		path,
		value === undefined
			? "-"
			: typeof value === "string"
				? value
				: JSON.stringify(value),
		from,
	]);
	const widths = [0, 1].map((k) =>
		Math.max(...rows.map((row) => row[k].length)),
	);
	return `${loaded.file ? `file: ${loaded.file}` : "no config file; lunar config example shows one"}\n\n${rows
		.map(
			(row) =>
				`${row[0].padEnd(widths[0])}  ${row[1].padEnd(widths[1])}  ${row[2]}\n`,
		)
		.join("")}`;
}

function describeJson(loaded: LoadedConfig): string {
	const settings = listConfig(loaded).map(
		({ path, value, from, variable }) => ({
			path,
			value: value ?? null,
			from,
			variable,
		}),
	);
	return `${JSON.stringify({ file: loaded.file ?? null, settings }, null, 2)}\n`;
}
