import { writeObj } from "../../../src/formats/write-obj.ts";
import { writePly } from "../../../src/formats/write-ply.ts";
import { writeStl } from "../../../src/formats/write-stl.ts";
import { writeUsdz } from "../../../src/formats/write-usdz.ts";
import { zip } from "../../../src/formats/zip.ts";
import { readOwnGlb } from "./read-own-glb.ts";

const WRITERS = {
	usdz: writeUsdz,
	obj: writeObj,
	ply: writePly,
	stl: writeStl,
} as const;
export type MadeHere = keyof typeof WRITERS;

/** Another format of a finished GLB, made in the browser by the writers that the pipeline uses. Several files come as a ZIP. */
export function convertModel(
	glb: ArrayBuffer,
	format: MadeHere,
	stem: string,
): { readonly name: string; readonly blob: Blob } {
	const { textured, texture } = readOwnGlb(glb);
	const files = WRITERS[format](textured, texture, stem);
	const [only] = files;
	return files.length === 1
		? { name: only.name, blob: new Blob([new Uint8Array(only.bytes)]) }
		: {
				name: `${stem}.${format}.zip`,
				blob: new Blob([new Uint8Array(zip(files))]),
			};
}
