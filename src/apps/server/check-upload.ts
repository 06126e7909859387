import { LunarError } from "../../core/errors.ts";
import { megabytes, PICTURE_LIMITS } from "../../formats/picture/limits.ts";
import {
	type PictureFormat,
	sniffPicture,
} from "../../formats/picture/sniff.ts";
import { describePicture } from "../../formats/picture-header.ts";
import { FieldError } from "./problem.ts";

/** What the first bytes of an upload say. */
export interface UploadLooks {
	readonly mimeType: string;
	/** By the header, before any turn that EXIF asks for; left out where the header is not read here. */
	readonly width?: number;
	readonly height?: number;
}

export type UploadKind = "picture" | "camera";

export interface UploadLimits {
	readonly kind: UploadKind;
	/** Field of the form, for messages. */
	readonly field: string;
	/** Name of the file, for messages. */
	readonly label: string;
	readonly maxBytes: number;
}

const MIME_TYPES: Readonly<Record<PictureFormat, string>> = {
	png: "image/png",
	jpeg: "image/jpeg",
	webp: "image/webp",
	gif: "image/gif",
	tiff: "image/tiff",
	avif: "image/avif",
};
/** Enough for the frame header of a JPEG behind a thumbnail and a colour profile. */
const HEAD_BYTES = 256 * 1024;
/** Enough to tell what a file is. */
const SNIFF_BYTES = 64;

/**
 * Hands the bytes on and looks at them: what is no picture is refused with its first bytes, what is too large with the
 * first byte too many, and pixels are counted by the header. Full checks happen where the picture is decoded.
 */
export async function* checkUpload(
	bytes: AsyncIterable<Uint8Array>,
	limits: UploadLimits,
	onLooks: (looks: UploadLooks) => void,
): AsyncIterable<Uint8Array> {
	const head = Buffer.alloc(HEAD_BYTES);
	let headBytes = 0;
	let total = 0;
	let sniffed = false;
	for await (const chunk of bytes) {
		total += chunk.length;
		if (total > limits.maxBytes) throw tooLarge(limits);
		if (headBytes < HEAD_BYTES) {
			const part = chunk.subarray(0, HEAD_BYTES - headBytes);
			head.set(part, headBytes);
			headBytes += part.length;
		}
		if (!sniffed && headBytes >= SNIFF_BYTES) {
			checkKind(head.subarray(0, headBytes), limits);
			sniffed = true;
		}
		yield chunk;
	}
	if (total === 0)
		throw new FieldError("FILE_EMPTY", [
			{ field: limits.field, message: `${limits.label} has 0 bytes`, seen: 0 },
		]);
	const start = head.subarray(0, headBytes);
	if (!sniffed) checkKind(start, limits);
	onLooks(lookAt(start, limits));
}

function checkKind(
	head: Uint8Array,
	{ kind, field, label }: UploadLimits,
): void {
	if (kind === "camera") {
		if (/^(\xef\xbb\xbf)?\s*\{/.test(latin1(head))) return;
		throw new FieldError("CAMERA_FILE_INVALID", [
			{ field, message: `${label} is no JSON object` },
		]);
	}
	const found = sniffPicture(head);
	if (found.format === undefined)
		throw new FieldError("PICTURE_UNSUPPORTED", [
			{
				field,
				message: `${label} is ${found.looksLike}; PNG, JPEG, WebP, GIF, TIFF and AVIF are read`,
				seen: found.looksLike,
			},
		]);
}

function lookAt(head: Uint8Array, limits: UploadLimits): UploadLooks {
	if (limits.kind === "camera") return { mimeType: "application/json" };
	const looks = describeHead(head);
	if (looks === undefined)
		throw new LunarError(
			"PICTURE_UNSUPPORTED",
			`${limits.label} is no picture`,
		);
	const { width, height } = looks;
	if (width === undefined || height === undefined) return looks;
	const { field, label } = limits;
	if (width * height > PICTURE_LIMITS.pixels)
		throw new FieldError("PICTURE_TOO_MANY_PIXELS", [
			{
				field,
				message: `${label} has ${width} × ${height} pixels, the limit is ${PICTURE_LIMITS.pixels / 1e6} megapixels`,
				limit: PICTURE_LIMITS.pixels,
				seen: width * height,
			},
		]);
	if (Math.min(width, height) < PICTURE_LIMITS.minSide)
		throw new FieldError("PICTURE_TOO_SMALL", [
			{
				field,
				message: `${label} is ${width} × ${height} pixels, the limit is ${PICTURE_LIMITS.minSide} a side`,
				limit: PICTURE_LIMITS.minSide,
				seen: Math.min(width, height),
			},
		]);
	return looks;
}

/** Type and size by the first bytes; undefined: no picture that is read. */
export function describeHead(head: Uint8Array): UploadLooks | undefined {
	const { format } = sniffPicture(head);
	if (format === undefined) return undefined;
	const mimeType = MIME_TYPES[format];
	if (format === "gif" && head.length >= 10) {
		const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
		return {
			mimeType,
			width: view.getUint16(6, true),
			height: view.getUint16(8, true),
		};
	}
	if (format === "tiff" || format === "avif") return { mimeType };
	const { width, height } = describePicture(head, mimeType);
	return {
		mimeType,
		...(width === undefined ? {} : { width }),
		...(height === undefined ? {} : { height }),
	};
}

function tooLarge({ field, label, maxBytes }: UploadLimits): FieldError {
	return new FieldError("FILE_TOO_LARGE", [
		{
			field,
			message: `${label} has more than ${megabytes(maxBytes)}, the limit for one file`,
			limit: maxBytes,
		},
	]);
}

function latin1(bytes: Uint8Array): string {
	return String.fromCharCode(...bytes.subarray(0, SNIFF_BYTES));
}
