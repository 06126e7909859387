import type { EncodedPicture } from "../core/asset.ts";

export type { EncodedPicture };

/** File name extension of a picture, without the dot. */
export function pictureExtension(
	mimeType: EncodedPicture["mimeType"],
): "png" | "jpg" | "webp" {
	if (mimeType === "image/png") return "png";
	return mimeType === "image/jpeg" ? "jpg" : "webp";
}
