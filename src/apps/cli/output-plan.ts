import { basename, dirname, extname, join, resolve } from "node:path";
import { LunarError } from "../../core/errors.ts";
import {
	MODEL_FORMATS,
	type ModelFormat,
} from "../../pipeline/model-formats.ts";

/** Where a result goes. */
export interface OutputPlan {
	/** Folder that every file lies in. */
	readonly folder: string;
	/** Put before each companion's name: '' in a folder of its own, 'shoe.' beside shoe.glb. */
	readonly prefix: string;
	/** Name of the model files without extension. */
	readonly stem: string;
	readonly formats: readonly ModelFormat[];
}

/**
 * `-o shoe.glb` puts shoe.glb there with shoe.report.json and the rest beside it; any other `-o`
 * is a folder that gets model.glb, report.html and the rest. Default: out/<title>.
 */
export function planOutput(
	destination: string | undefined,
	formatList: string | undefined,
	title: string,
): OutputPlan {
	const asked = formatList === undefined ? [] : parseFormats(formatList);
	if (destination === undefined)
		return folderPlan(join("out", safeName(title)), asked);
	const extension = extname(destination).slice(1).toLowerCase();
	if (!isModelFormat(extension)) {
		if (
			extension !== "" &&
			/^(gltf|fbx|3mf|blend|dae|usd|usda|usdc)$/.test(extension)
		)
			throw new LunarError(
				"OPTION_INVALID",
				`-o ${destination}: ${extension} cannot be written; the formats are ${MODEL_FORMATS.join(", ")}`,
			);
		return folderPlan(destination, asked);
	}
	const stem = basename(destination, extname(destination));
	return {
		folder: resolve(dirname(destination)),
		prefix: `${stem}.`,
		stem,
		formats: [...new Set([extension, ...asked])],
	};
}

function folderPlan(folder: string, asked: readonly ModelFormat[]): OutputPlan {
	return {
		folder: resolve(folder),
		prefix: "",
		stem: "model",
		formats: asked.length > 0 ? asked : ["glb"],
	};
}

function parseFormats(list: string): ModelFormat[] {
	const formats = list
		.toLowerCase()
		.split(",")
		.map((format) => format.trim())
		.filter((format) => format !== "");
	const unknown = formats.find((format) => !isModelFormat(format));
	if (unknown !== undefined || formats.length === 0)
		throw new LunarError(
			"OPTION_INVALID",
			`--format ${list}: ${unknown ?? "nothing"} is not one of ${MODEL_FORMATS.join(", ")}`,
		);
	return [...new Set(formats as ModelFormat[])];
}

function isModelFormat(text: string): text is ModelFormat {
	return (MODEL_FORMATS as readonly string[]).includes(text);
}

function safeName(title: string): string {
	const name = title.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[.-]+/, "");
	return name === "" ? "model" : name;
}
