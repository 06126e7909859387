import { stringify } from "yaml";
import { type LoadedConfig, presentValue } from "./load-config.ts";
import { SETTINGS } from "./settings.ts";

export interface ShownSetting {
	readonly path: string;
	/** Undefined: left out. Secrets are hidden. */
	readonly value?: unknown;
	/** 'default', 'lunar.config.yaml:3', 'LUNAR_PORT', '--port' */
	readonly from: string;
	readonly variable: string;
	readonly description: string;
}

const COMMENT_COLUMNS = 96;

/** Every setting, its value in effect and where it comes from. */
export function listConfig({ config, givenBy }: LoadedConfig): ShownSetting[] {
	return SETTINGS.map((setting) => {
		const value = setting.path
			.split(".")
			.reduce<unknown>(
				(at, key) => (at as Record<string, unknown> | undefined)?.[key],
				config,
			);
		return {
			path: setting.path,
			...(value === undefined ? {} : { value: presentValue(setting, value) }),
			from: givenBy.get(setting.path) ?? "default",
			variable: setting.variable,
			description: setting.description,
		};
	});
}

/** A config file with everything in it, commented out at its default. */
export function exampleConfig(): string {
	const lines = [
		"# Settings of lunar serve. Uncomment what you change; the environment (names in brackets) and flags win over it.",
		"# lunar config check FILE says whether it is right; lunar config shows what is in effect.",
	];
	let open = "";
	for (const { path, variable, description, range, ...setting } of SETTINGS) {
		const [section, key] = path.includes(".") ? path.split(".") : ["", path];
		if (section !== open || section === "") lines.push("");
		if (section !== open && section !== "") lines.push(`${section}:`);
		open = section;
		const indent = section === "" ? "" : "  ";
		for (const line of wrap(
			`${description}. ${range[0].toUpperCase()}${range.slice(1)} [${variable}]`,
		))
			lines.push(`${indent}# ${line}`);
		const value =
			setting.default === undefined
				? ""
				: ` ${stringify(setting.default, { collectionStyle: "flow" }).trim()}`;
		lines.push(`${indent}# ${key}:${value}`);
	}
	return `${lines.join("\n")}\n`;
}

function wrap(text: string): string[] {
	const lines = [""];
	for (const word of text.split(" ")) {
		const line = lines[lines.length - 1];
		if (line === "") lines[lines.length - 1] = word;
		else if (line.length + 1 + word.length <= COMMENT_COLUMNS)
			lines[lines.length - 1] = `${line} ${word}`;
		else lines.push(word);
	}
	return lines;
}
