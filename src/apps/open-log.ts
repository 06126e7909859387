import { join } from "node:path";
import {
	createLogger,
	type ServiceLogger,
} from "../adapters/log/create-logger.ts";
import { openLogFile } from "../adapters/log/open-log-file.ts";
import type { Config } from "../service/config.ts";

/** The log of a server: standard error, and a file in the data folder. */
export function openLog(
	config: Pick<Config, "log" | "dataPath">,
	stderr: {
		readonly isTTY?: boolean;
		write(text: string): unknown;
	} = process.stderr,
): { readonly log: ServiceLogger; close(): void } {
	const { level, form, file, maxBytes, keep } = config.log;
	const logFile = file
		? openLogFile(join(config.dataPath, "logs"), { maxBytes, keep })
		: undefined;
	const log = createLogger({
		level,
		sinks: [
			{
				form: form === "auto" ? (stderr.isTTY ? "human" : "json") : form,
				write: (line) => void stderr.write(line),
			},
			...(logFile ? [logFile] : []),
		],
	});
	return { log, close: () => logFile?.close() };
}
