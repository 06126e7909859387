import { spawn } from "node:child_process";
import { flushCompileCache } from "node:module";
import closeWithGrace from "close-with-grace";
import { loadConfig } from "../../config/load-config.ts";
import { openLog } from "../../open-log.ts";
import { type RunningServer, startServer } from "../../server/start-server.ts";
import type { Command } from "../command.ts";
import { configSourcesOf, SERVER_FLAGS } from "../config-flags.ts";
import { describeFlags, type Flag, parseFlags } from "../flags.ts";

const FLAGS: readonly Flag[] = [
	...SERVER_FLAGS,
	{
		name: "data",
		type: "string",
		value: "FOLDER",
		description: "The same as --data-path",
	},
	{
		name: "open",
		type: "boolean",
		description: "Open the studio in the browser when the server is ready",
	},
	{
		name: "json",
		type: "boolean",
		description: "Log as JSON lines, also on a terminal",
	},
];
/** By then all that a start needs has been compiled. */
const COMPILED_MS = 2000;
/** Beyond the grace of running jobs: what closing everything else may take. */
const CLOSE_MS = 15_000;

export const serveCommand: Command = {
	name: "serve",
	help: () => `usage: lunar serve [options]

Starts everything on this machine: HTTP API, studio, job queue, engine hosts, files. Nothing else has to be installed.
Ctrl-C stops it: running jobs may finish for a while, then they go back to the queue and are done after the next start.

${describeFlags(FLAGS)}

All settings, also by file and environment: lunar config. The API: /docs of the running server.
`,
	async run(args, terminal) {
		const { values } = parseFlags(args, FLAGS);
		const sources = configSourcesOf({
			...values,
			"data-path": values["data-path"] ?? values.data,
		});
		const { config } = await loadConfig({
			...sources,
			flags: {
				...sources.flags,
				...(values.json ? { "log.form": "json" } : {}),
			},
		});
		const { log, close: closeLog } = openLog(config);
		let server: RunningServer;
		try {
			server = await startServer(config, log);
		} catch (error) {
			closeLog();
			throw error;
		}
		log.info("server is ready", { url: server.url });
		terminal.out(`Lunar Nova is ready: ${server.url}\n`);
		if (server.keysRequired && !(await server.hasKeys()))
			terminal.err(
				"This address needs API keys and there is none yet: lunar keys add NAME\n",
			);
		if (values.open) openBrowser(server.url);
		// Not only at its end: a server that is killed is to start quickly too.
		setTimeout(flushCompileCache, COMPILED_MS).unref();

		return new Promise<number>((resolve) => {
			closeWithGrace(
				{
					delay: config.stopGraceSeconds * 1000 + CLOSE_MS,
					logger: {
						error: (message: unknown) => log.error(String(message)),
					},
				},
				async ({ signal, err }) => {
					if (err)
						log.error("the server ends after an error", {
							message: err.message,
							stack: err.stack,
						});
					else log.info("the server stops", { signal });
					await server.close();
					log.info("the server has stopped");
					closeLog();
					resolve(err ? 70 : 0);
				},
			);
		});
	},
};

/** Without waiting for it, and without minding whether there is one. */
function openBrowser(url: string): void {
	const [command, ...args] =
		process.platform === "darwin"
			? ["open", url]
			: process.platform === "win32"
				? ["cmd", "/c", "start", "", url]
				: ["xdg-open", url];
	spawn(command, args, { stdio: "ignore", detached: true })
		.on("error", () => {})
		.unref();
}
