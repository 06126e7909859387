import { LunarError } from "../core/errors.ts";
import { validateGlb } from "../formats/glb/validate-glb.ts";
import { writeGlb } from "../formats/glb/write-glb.ts";
import type { OutputFile } from "../formats/output-file.ts";
import { encodeJpeg, encodePng } from "../formats/picture/encode.ts";
import type { MergedModel } from "./merge-model.ts";
import { modelFiles } from "./model-files.ts";
import type { ModelFormat } from "./model-formats.ts";
import { JPEG_QUALITY } from "./pack-asset.ts";
import { GENERATOR } from "./version.ts";

/** A merged model in another format. A GLB is validated before it is handed out. */
export async function packModel(
	{ textured, texture }: MergedModel,
	format: ModelFormat,
	stem: string,
): Promise<OutputFile[]> {
	const { baseColor } = textured;
	const picture =
		texture && texture.mimeType !== "image/webp"
			? texture
			: baseColor &&
				(baseColor.data.some((value, i) => i % 4 === 3 && value < 255)
					? {
							bytes: await encodePng(baseColor),
							mimeType: "image/png" as const,
						}
					: {
							bytes: await encodeJpeg(baseColor, JPEG_QUALITY),
							mimeType: "image/jpeg" as const,
						});
	if (format !== "glb")
		return modelFiles(textured, picture, new Uint8Array(), [format], stem);
	const glb = await writeGlb(textured, picture, {}, { generator: GENERATOR });
	const { errors, messages } = await validateGlb(glb);
	if (errors > 0)
		throw new LunarError(
			"ASSET_INVALID",
			`glTF validator: ${messages.slice(0, 3).join("; ")}`,
		);
	return modelFiles(textured, picture, glb, ["glb"], stem);
}
