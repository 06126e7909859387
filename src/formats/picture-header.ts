import type { EncodedPicture } from "./encoded-picture.ts";
import type { FileTexture } from "./model.ts";

/** Media type by content, of the pictures a model may carry; undefined for all others. */
export function pictureMimeType(
	bytes: Uint8Array,
): EncodedPicture["mimeType"] | "image/ktx2" | undefined {
	if (startsWith(bytes, 0, "\x89PNG\r\n\x1a\n")) return "image/png";
	if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff)
		return "image/jpeg";
	if (startsWith(bytes, 0, "RIFF") && startsWith(bytes, 8, "WEBP"))
		return "image/webp";
	if (startsWith(bytes, 0, "\xabKTX 20\xbb\r\n\x1a\n")) return "image/ktx2";
	return undefined;
}

/** Type and size of a picture from its header. `fallbackType` where the content is unknown. */
export function describePicture(
	bytes: Uint8Array,
	fallbackType: string,
): FileTexture {
	const mimeType = pictureMimeType(bytes);
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	let size: [width: number, height: number] | undefined;
	if (mimeType === "image/png" && bytes.length >= 24)
		size = [view.getUint32(16), view.getUint32(20)];
	else if (mimeType === "image/jpeg") size = jpegSize(view);
	else if (mimeType === "image/webp") size = webpSize(view);
	else if (mimeType === "image/ktx2" && bytes.length >= 28)
		size = [view.getUint32(20, true), view.getUint32(24, true)];
	return {
		mimeType: mimeType ?? fallbackType,
		...(size ? { width: size[0], height: size[1] } : {}),
	};
}

/** Walks the segments to the first frame header (SOF). */
function jpegSize(view: DataView): [number, number] | undefined {
	let at = 2;
	while (at + 9 <= view.byteLength && view.getUint8(at) === 0xff) {
		const marker = view.getUint8(at + 1);
		if (marker === 0xff) {
			at++; // fill byte
			continue;
		}
		const isFrame =
			marker >= 0xc0 &&
			marker <= 0xcf &&
			marker !== 0xc4 &&
			marker !== 0xc8 &&
			marker !== 0xcc;
		if (isFrame) return [view.getUint16(at + 7), view.getUint16(at + 5)];
		at += 2 + view.getUint16(at + 2);
	}
	return undefined;
}

function webpSize(view: DataView): [number, number] | undefined {
	if (view.byteLength < 30) return undefined;
	const kind = view.getUint8(15); // last letter of 'VP8 ', 'VP8L', 'VP8X'
	if (kind === 0x20)
		return [
			view.getUint16(26, true) & 0x3fff,
			view.getUint16(28, true) & 0x3fff,
		];
	if (kind === 0x4c) {
		const bits = view.getUint32(21, true);
		return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
	}
	if (kind === 0x58)
		return [
			(view.getUint32(24, true) & 0xffffff) + 1,
			(view.getUint32(26, true) >>> 8) + 1,
		];
	return undefined;
}

function startsWith(bytes: Uint8Array, at: number, text: string): boolean {
	for (let i = 0; i < text.length; i++)
		if (bytes[at + i] !== text.charCodeAt(i)) return false;
	return true;
}
