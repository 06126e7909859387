/** The bytes of a picture file, as they go into or come out of a model file. */
export interface EncodedPicture {
	readonly bytes: Uint8Array;
	readonly mimeType: "image/png" | "image/jpeg" | "image/webp";
}

/** File name extension of a picture, without the dot. */
export function pictureExtension(
	mimeType: EncodedPicture["mimeType"],
): "png" | "jpg" | "webp" {
	if (mimeType === "image/png") return "png";
	return mimeType === "image/jpeg" ? "jpg" : "webp";
}
