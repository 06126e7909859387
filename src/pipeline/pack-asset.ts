import type { Asset, Provenance, TexturedMesh } from "../core/asset.ts";
import type { RunContext } from "../core/run-context.ts";
import { writeGlb } from "../formats/glb/write-glb.ts";
import { encodeJpeg } from "../formats/picture/encode.ts";
import { withLook } from "./provenance.ts";

/** High enough that the loss stays under the noise of a camera (about 45 dB). */
export const JPEG_QUALITY = 93;

/** The GLB, with its provenance inside. */
export async function packAsset(
	textured: TexturedMesh,
	provenance: Provenance,
	_ctx: RunContext,
): Promise<Asset> {
	const texture = textured.baseColor && {
		bytes: await encodeJpeg(textured.baseColor, JPEG_QUALITY),
		mimeType: "image/jpeg" as const,
	};
	const made = withLook(provenance, textured.look);
	const glb = await writeGlb(
		textured,
		texture,
		{ lunarNova: made },
		{ generator: made.generator },
	);
	return { textured, ...(texture ? { texture } : {}), glb, provenance: made };
}
