import { resolve } from "node:path";
import { restoreBackup } from "../../../adapters/backup/restore-backup.ts";
import { LunarError } from "../../../core/errors.ts";
import { loadConfig } from "../../config/load-config.ts";
import type { Command } from "../command.ts";
import { CONFIG_FLAGS, configSourcesOf } from "../config-flags.ts";
import { describeFlags, type Flag, parseFlags } from "../flags.ts";
import { interruptible } from "../interruptible.ts";

const FLAGS: readonly Flag[] = [
	...CONFIG_FLAGS,
	{
		name: "force",
		type: "boolean",
		description: "Replace the jobs that are there; their store is kept beside",
	},
	{ name: "json", type: "boolean", description: "Machine-readable, on stdout" },
];

export const restoreCommand: Command = {
	name: "restore",
	help: () => `usage: lunar restore FOLDER|FILE.tar

Puts a backup into the data folder, with the server stopped. Every byte is checked before anything is touched.

${describeFlags(FLAGS)}

Exit code 2 when the backup is damaged, 6 when there are jobs already, 3 when a server works there.
`,
	async run(args, terminal) {
		const { values, positionals } = parseFlags(args, FLAGS);
		if (positionals.length !== 1)
			throw new LunarError(
				"OPTION_INVALID",
				`restore takes one FOLDER or FILE.tar, ${positionals.length} were given`,
			);
		const { config } = await loadConfig(configSourcesOf(values));
		const { manifest, before } = await interruptible((signal) =>
			restoreBackup(resolve(positionals[0]), config.dataPath, {
				force: values.force === true,
				signal,
				...(terminal.isInteractive && !values.json
					? {
							onProgress: (done, total) =>
								terminal.err(`\r${done} of ${total} files `),
						}
					: {}),
			}),
		);
		if (terminal.isInteractive && !values.json) terminal.err("\r\u001b[K");
		const { jobs, createdAt, missing } = manifest;
		terminal.out(
			values.json
				? `${JSON.stringify({ dataPath: config.dataPath, before: before ?? null, ...manifest }, null, 2)}\n`
				: `${jobs} jobs of ${new Date(createdAt).toISOString()} are in ${config.dataPath}\n${before ? `the store that was there is now ${before}\n` : ""}`,
		);
		if (missing.length > 0)
			terminal.err(
				`! ${missing.length} files were lost before the backup was made\n`,
			);
		return 0;
	},
};
