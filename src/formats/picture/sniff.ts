/** Picture formats that are read, recognised by their first bytes alone. */
export type PictureFormat = "png" | "jpeg" | "webp" | "gif" | "tiff" | "avif";

/** What the bytes are: a format that is read, or a plain-words guess at what else they might be. */
export type Sniffed =
	| { readonly format: PictureFormat }
	| { readonly format: undefined; readonly looksLike: string };

const REFUSED: readonly (readonly [prefix: string, looksLike: string])[] = [
	["%PDF", "a PDF document"],
	["<svg", "an SVG drawing"],
	["<!doctype", "an HTML page"],
	["<html", "an HTML page"],
	["<?xml", "an XML or SVG file"],
	["{", "a JSON text"],
	["PK\u0003\u0004", "a ZIP archive"],
	["BM", "a BMP picture"],
	["8BPS", "a Photoshop document"],
	["glTF", "a GLB model"],
	["\u007fELF", "a program"],
	["MZ", "a program"],
	["\u00ff\u000a", "a JPEG XL picture"],
	["\u0000\u0000\u0000\u000cJXL ", "a JPEG XL picture"],
	["\u0000\u0000\u0000\u000cjP  ", "a JPEG 2000 picture"],
];

/** Recognises a picture by content. Names and declared types are never asked. */
export function sniffPicture(bytes: Uint8Array): Sniffed {
	const head = latin1(bytes, 0, 64);
	if (head.startsWith("\u0089PNG\r\n\u001a\n")) return { format: "png" };
	if (head.startsWith("\u00ff\u00d8\u00ff")) return { format: "jpeg" };
	if (head.startsWith("RIFF") && head.slice(8, 12) === "WEBP")
		return { format: "webp" };
	if (head.startsWith("GIF87a") || head.startsWith("GIF89a"))
		return { format: "gif" };
	if (
		head.startsWith("II*\u0000") ||
		head.startsWith("MM\u0000*") ||
		head.startsWith("II+\u0000") ||
		head.startsWith("MM\u0000+")
	)
		return { format: "tiff" };
	if (head.slice(4, 8) === "ftyp") {
		const size =
			(bytes[0] << 24) | (bytes[1] << 16) | (bytes[2] << 8) | bytes[3];
		const brands = latin1(bytes, 8, Math.min(Math.max(size, 12), 64));
		if (/avif|avis/.test(brands)) return { format: "avif" };
		if (/hei[cxms]|hev[cx]|mif1|msf1/.test(brands))
			return { format: undefined, looksLike: "an HEIC picture" };
		return { format: undefined, looksLike: "a video or audio file" };
	}
	const text = head.replace(/^\u00ef\u00bb\u00bf/, "").trimStart();
	for (const [prefix, looksLike] of REFUSED)
		if (
			head.startsWith(prefix) ||
			text.toLowerCase().startsWith(prefix.toLowerCase())
		)
			return { format: undefined, looksLike };
	return { format: undefined, looksLike: "no known picture format" };
}

/** Whether a PNG carries an animation: an `acTL` chunk before its pixels. */
export function isAnimatedPng(bytes: Uint8Array): boolean {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	let offset = 8;
	while (offset + 12 <= bytes.length) {
		const type = latin1(bytes, offset + 4, offset + 8);
		if (type === "acTL") return true;
		if (type === "IDAT" || type === "IEND") return false;
		offset += 12 + view.getUint32(offset);
	}
	return false;
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
	return String.fromCharCode(...bytes.subarray(from, to));
}
