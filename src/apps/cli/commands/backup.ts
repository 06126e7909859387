import { resolve } from "node:path";
import { writeBackup } from "../../../adapters/backup/write-backup.ts";
import { LunarError } from "../../../core/errors.ts";
import { GENERATOR } from "../../../pipeline/version.ts";
import { loadConfig } from "../../config/load-config.ts";
import { describeBytes } from "../../describe-bytes.ts";
import type { Command } from "../command.ts";
import { CONFIG_FLAGS, configSourcesOf } from "../config-flags.ts";
import { describeFlags, type Flag, parseFlags } from "../flags.ts";
import { interruptible } from "../interruptible.ts";

const FLAGS: readonly Flag[] = [
	...CONFIG_FLAGS,
	{
		name: "force",
		type: "boolean",
		description: "Replace a .tar file that is there",
	},
	{ name: "json", type: "boolean", description: "Machine-readable, on stdout" },
];

export const backupCommand: Command = {
	name: "backup",
	help: () => `usage: lunar backup FOLDER            all jobs and their files; a folder is brought up to date
       lunar backup FILE.tar          the same in one file

The server may run meanwhile. Every file of every job in the copy is there, and each is checked while it is copied.
Not in it: logs, settings, learned weights.

${describeFlags(FLAGS)}

Exit code 0 when all is saved, 3 when bytes were lost or damaged before, or cannot be written.
`,
	async run(args, terminal) {
		const { values, positionals } = parseFlags(args, FLAGS);
		if (positionals.length !== 1)
			throw new LunarError(
				"OPTION_INVALID",
				`backup takes one FOLDER or FILE.tar, ${positionals.length} were given`,
			);
		const { config } = await loadConfig(configSourcesOf(values));
		const target = resolve(positionals[0]);
		const manifest = await interruptible((signal) =>
			writeBackup(config.dataPath, target, {
				program: GENERATOR,
				force: values.force === true,
				signal,
				...(terminal.isInteractive && !values.json
					? {
							onProgress: ({ copied, bytes }) =>
								terminal.err(`\r${copied} files, ${describeBytes(bytes)} `),
						}
					: {}),
			}),
		);
		if (terminal.isInteractive && !values.json) terminal.err("\r\u001b[K");
		const { jobs, blobs, blobBytes, missing } = manifest;
		terminal.out(
			values.json
				? `${JSON.stringify({ target, ...manifest }, null, 2)}\n`
				: `${jobs} jobs, ${blobs} files (${describeBytes(blobBytes)}) are in ${target}\n`,
		);
		if (missing.length === 0) return 0;
		terminal.err(
			`! ${missing.length} files were lost or damaged before; the rest is saved. Which jobs: lunar doctor\n`,
		);
		return 3;
	},
};
