import type { ConfigSources } from "../config/load-config.ts";
import type { Flag, FlagValues } from "./flags.ts";

/** Flags of every command that reads the server's settings. Everything else is set in a file or the environment. */
export const CONFIG_FLAGS: readonly Flag[] = [
	{
		name: "config",
		type: "string",
		value: "FILE",
		description:
			"Settings, YAML or JSON (default: LUNAR_CONFIG, else lunar.config.yaml here)",
	},
	{
		name: "data-path",
		type: "string",
		value: "FOLDER",
		description: "Store, files and logs (default ~/.local/share/lunar-nova)",
	},
];

/** Those of the server itself beside them. */
export const SERVER_FLAGS: readonly Flag[] = [
	{
		name: "host",
		type: "string",
		value: "ADDRESS",
		description: "Address to listen on (default 127.0.0.1)",
	},
	{
		name: "port",
		type: "number",
		value: "N",
		description: "TCP port (default 8000; 0 takes a free one)",
	},
	{
		name: "public-url",
		type: "string",
		value: "URL",
		description: "Where others reach this server",
	},
	{
		name: "log-level",
		type: "string",
		value: "debug|info|warn|error",
		description: "What is less than this is left out (default info)",
	},
	...CONFIG_FLAGS,
];

/** What these flags say, for `loadConfig`. */
export function configSourcesOf(values: FlagValues): ConfigSources {
	return {
		...(values.config === undefined ? {} : { file: String(values.config) }),
		flags: {
			host: values.host,
			port: values.port,
			publicUrl: values["public-url"],
			dataPath: values["data-path"],
			"log.level": values["log-level"],
		},
	};
}
