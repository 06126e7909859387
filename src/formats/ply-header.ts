import { LunarError } from "../core/errors.ts";
import { corrupt } from "./model.ts";

export type PlyFormat = "ascii" | "binary_little_endian" | "binary_big_endian";
export type PlyType =
	| "char"
	| "uchar"
	| "short"
	| "ushort"
	| "int"
	| "uint"
	| "float"
	| "double";

export interface PlyElement {
	readonly name: string;
	readonly count: number;
	readonly properties: PlyProperty[];
}

export interface PlyProperty {
	readonly name: string;
	readonly type: PlyType;
	/** Type of the count before the values, where the property is a list. */
	readonly countType?: PlyType;
}

export interface PlyHeader {
	readonly format: PlyFormat;
	readonly elements: readonly PlyElement[];
	/** From "comment TextureFile …". */
	readonly textureFile?: string;
	readonly bodyStart: number; // bytes
}

const TYPES: Readonly<Record<string, PlyType>> = {
	char: "char",
	int8: "char",
	uchar: "uchar",
	uint8: "uchar",
	short: "short",
	int16: "short",
	ushort: "ushort",
	uint16: "ushort",
	int: "int",
	int32: "int",
	uint: "uint",
	uint32: "uint",
	float: "float",
	float32: "float",
	double: "double",
	float64: "double",
};
const MAX_HEADER_BYTES = 256 * 1024;
const MAX_ELEMENTS = 100;
const MAX_PROPERTIES = 1000;

/** Parses the text at the head of a PLY file. */
export function parsePlyHeader(bytes: Uint8Array): PlyHeader {
	const head = new TextDecoder("latin1").decode(
		bytes.subarray(0, MAX_HEADER_BYTES),
	);
	const end = /(?:^|\n)end_header[ \t]*\r?\n/.exec(head);
	if (!end) throw corrupt("the PLY header has no end");
	const elements: PlyElement[] = [];
	let format: PlyFormat | undefined;
	let textureFile: string | undefined;
	let propertyCount = 0;
	for (const line of head.slice(0, end.index).split(/\r?\n/)) {
		const words = line.trim().split(/\s+/);
		if (words[0] === "format") {
			if (
				words[1] !== "ascii" &&
				words[1] !== "binary_little_endian" &&
				words[1] !== "binary_big_endian"
			)
				throw new LunarError(
					"MODEL_UNSUPPORTED",
					`PLY format "${String(words[1]).slice(0, 40)}"`,
				);
			format = words[1];
		} else if (words[0] === "element") {
			const count = Number(words[2]);
			if (!words[1] || !Number.isSafeInteger(count) || count < 0)
				throw corrupt(`PLY header: "${line.slice(0, 80)}"`);
			if (elements.length === MAX_ELEMENTS)
				throw corrupt(`the PLY has more than ${MAX_ELEMENTS} elements`);
			elements.push({ name: words[1], count, properties: [] });
		} else if (words[0] === "property") {
			const isList = words[1] === "list";
			const type = typeOf(words[isList ? 3 : 1]);
			const countType = isList ? typeOf(words[2]) : undefined;
			const name = words[isList ? 4 : 2];
			const element = elements.at(-1);
			if (!element || !type || !name || (isList && !countType))
				throw corrupt(`PLY header: "${line.slice(0, 80)}"`);
			if (++propertyCount > MAX_PROPERTIES)
				throw corrupt(`the PLY has more than ${MAX_PROPERTIES} properties`);
			element.properties.push({
				name,
				type,
				...(countType ? { countType } : {}),
			});
		} else if (words[0] === "comment" && words[1] === "TextureFile") {
			textureFile ??= words.slice(2).join(" ");
		}
	}
	if (!format) throw corrupt("the PLY header names no format");
	return {
		format,
		elements,
		...(textureFile ? { textureFile } : {}),
		bodyStart: end.index + end[0].length,
	};
}

function typeOf(word: string | undefined): PlyType | undefined {
	return word !== undefined && Object.hasOwn(TYPES, word)
		? TYPES[word]
		: undefined;
}
