import type { EncodedPicture, TexturedMesh } from "../core/asset.ts";
import type { OutputFile } from "../formats/output-file.ts";
import { writeObj } from "../formats/write-obj.ts";
import { writePly } from "../formats/write-ply.ts";
import { writeStl } from "../formats/write-stl.ts";
import { writeUsdz } from "../formats/write-usdz.ts";
import type { ModelFormat } from "./model-formats.ts";

const WRITERS = {
	obj: writeObj,
	ply: writePly,
	stl: writeStl,
	usdz: writeUsdz,
} as const;

/** The model in the asked formats; the GLB is given, since it was validated as these very bytes. */
export function modelFiles(
	textured: TexturedMesh,
	texture: EncodedPicture | undefined,
	glb: Uint8Array,
	formats: readonly ModelFormat[],
	stem: string,
): OutputFile[] {
	const files = formats.flatMap((format) =>
		format === "glb"
			? [{ name: `${stem}.glb`, bytes: glb }]
			: WRITERS[format](textured, texture, stem),
	);
	// OBJ and PLY lie beside the same texture.
	return [...new Map(files.map((file) => [file.name, file])).values()];
}
