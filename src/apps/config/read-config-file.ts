import { readFile } from "node:fs/promises";
import {
	isMap,
	isScalar,
	LineCounter,
	parseDocument,
	type YAMLMap,
} from "yaml";
import { LunarError } from "../../core/errors.ts";

/** Far more than a config file has. */
const MAX_BYTES = 1_000_000;

/** A value, and where it was given. */
export interface Given {
	readonly value: unknown;
	/** 'lunar.config.yaml:12', 'LUNAR_PORT', '--port' */
	readonly from: string;
}

/** Every key of a YAML or JSON file (JSON is YAML) by its path, null where it is left empty. Throws CONFIG_INVALID. */
export async function readConfigFile(
	path: string,
): Promise<ReadonlyMap<string, Given>> {
	let text: string;
	try {
		const bytes = await readFile(path);
		if (bytes.length > MAX_BYTES)
			throw new LunarError(
				"CONFIG_INVALID",
				`${path} has ${bytes.length} bytes; at most ${MAX_BYTES} are read`,
			);
		text = bytes.toString("utf8");
	} catch (error) {
		if (error instanceof LunarError) throw error;
		throw new LunarError(
			"CONFIG_INVALID",
			`${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`,
			{ cause: error },
		);
	}
	const lines = new LineCounter();
	const document = parseDocument(text, {
		lineCounter: lines,
		prettyErrors: false,
	});
	const problem = document.errors[0];
	if (problem !== undefined)
		throw new LunarError(
			"CONFIG_INVALID",
			`${path}:${lines.linePos(problem.pos[0]).line}: ${problem.message.split("\n")[0]}`,
		);
	const given = new Map<string, Given>();
	const at = (node: unknown): string => {
		const range = (node as { range?: readonly number[] | null } | null)?.range;
		return range ? `${path}:${lines.linePos(range[0]).line}` : path;
	};
	const visit = (map: YAMLMap, prefix: string): void => {
		for (const { key, value } of map.items) {
			const name = `${prefix}${isScalar(key) ? String(key.value) : String(key)}`;
			// Below a section's keys there are only values.
			if (isMap(value) && prefix === "") visit(value, `${name}.`);
			else
				given.set(name, {
					value:
						(value as { toJS(of: unknown): unknown } | null)?.toJS(document) ??
						null,
					from: at(key),
				});
		}
	};
	if (isMap(document.contents)) visit(document.contents, "");
	else if (document.contents !== null)
		throw new LunarError(
			"CONFIG_INVALID",
			`${path} holds no keys; see lunar config example`,
		);
	return given;
}
