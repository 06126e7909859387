import { createHash } from "node:crypto";
import sharp, { type Metadata, type Sharp } from "sharp";
import type { Camera } from "../../core/camera.ts";
import { LunarError } from "../../core/errors.ts";
import type { Image } from "../../core/image.ts";
import type { Photo } from "../../core/photo.ts";
import type { Notice } from "../../core/run-context.ts";
import type { ViewName } from "../../core/view.ts";
import { resizeCamera } from "../../kernel/math/camera.ts";
import { checkFileSize } from "./check-file-size.ts";
import { PICTURE_LIMITS, type PictureLimits } from "./limits.ts";
import { isAnimatedPng, type PictureFormat, sniffPicture } from "./sniff.ts";

export interface DecodePictureOptions {
	readonly limits?: PictureLimits;
	/** Canonical side, where the user named one. */
	readonly name?: ViewName;
	/** Camera of the upright picture at any scale; scaled to the decoded size. */
	readonly camera?: Camera;
}

export interface DecodedPicture {
	readonly photo: Photo;
	readonly notices: Notice[];
}

/** A decoder that takes longer than this is stopped, seconds. */
const DECODE_TIMEOUT_S = 60;

/**
 * Decodes a picture file: upright (EXIF), sRGB (ICC), 8 bit, RGBA with straight alpha.
 * The content decides what it is; size and pixel limits hold before anything is decoded.
 */
export async function decodePicture(
	bytes: Uint8Array,
	label: string,
	options: DecodePictureOptions = {},
): Promise<DecodedPicture> {
	const limits = { ...PICTURE_LIMITS, ...options.limits };
	checkFileSize(label, bytes.length, limits.fileBytes);
	const sniffed = sniffPicture(bytes);
	if (sniffed.format === undefined)
		throw new LunarError(
			"PICTURE_UNSUPPORTED",
			`${label} is ${sniffed.looksLike}; PNG, JPEG, WebP, GIF, TIFF and AVIF are read`,
		);

	const header = await readHeader(bytes, label, sniffed.format);
	const { width, height } = header.autoOrient;
	if (width * height > limits.pixels)
		throw new LunarError(
			"PICTURE_TOO_MANY_PIXELS",
			`${label} has ${width} × ${height} pixels, the limit is ${limits.pixels / 1e6} megapixels`,
		);
	if (Math.min(width, height) < limits.minSide)
		throw new LunarError(
			"PICTURE_TOO_SMALL",
			`${label} is ${width} × ${height} pixels, the limit is ${limits.minSide} a side`,
		);

	const notices: Notice[] = [];
	const frameCount = header.pages ?? 1;
	if (frameCount > 1 || (sniffed.format === "png" && isAnimatedPng(bytes)))
		notices.push({
			code: "picture-first-frame",
			severity: "info",
			message: `${label} has several frames or pages; the first one is used`,
			remedy: "Export the frame you want as a picture of its own.",
			label,
		});
	const image = await readPixels(bytes, label, sniffed.format, limits, header);
	if (image.width !== width || image.height !== height)
		notices.push({
			code: "picture-reduced",
			severity: "info",
			message: `${label} was reduced from ${width} × ${height} to ${image.width} × ${image.height} pixels`,
			label,
		});
	if (Math.min(image.width, image.height) < limits.smallSide)
		notices.push({
			code: "picture-small",
			severity: "warning",
			message: `${label} is only ${image.width} × ${image.height} pixels`,
			remedy: `Use a picture of at least ${limits.smallSide} pixels a side, better 1024.`,
			label,
		});

	const camera =
		options.camera && fitCamera(options.camera, label, header, image);
	return {
		photo: {
			image,
			label,
			...(options.name === undefined ? {} : { name: options.name }),
			...(camera === undefined ? {} : { camera }),
			source: {
				sha256: createHash("sha256").update(bytes).digest("hex"),
				sizeBytes: bytes.length,
				format: sniffed.format,
				width,
				height,
			},
		},
		notices,
	};
}

async function readHeader(
	bytes: Uint8Array,
	label: string,
	format: PictureFormat,
): Promise<Metadata> {
	let header: Metadata;
	try {
		// The pixel limit is checked by the caller, with a message of its own.
		header = await sharp(bytes, { limitInputPixels: false }).metadata();
	} catch (cause) {
		throw unreadable(label, format, cause);
	}
	const container = format === "avif" ? "heif" : format;
	if (header.format !== container)
		throw new LunarError(
			"PICTURE_UNSUPPORTED",
			`${label} begins as ${format} but its content is ${header.format}`,
		);
	return header;
}

async function readPixels(
	bytes: Uint8Array,
	label: string,
	format: PictureFormat,
	limits: Required<PictureLimits>,
	header: Metadata,
): Promise<Image> {
	const pipeline: Sharp = sharp(bytes, {
		failOn: "error",
		limitInputPixels: limits.pixels,
		autoOrient: true,
		pages: 1,
	}).timeout({ seconds: DECODE_TIMEOUT_S });
	const { width, height } = header.autoOrient;
	const scale = Math.min(
		limits.longSide / Math.max(width, height),
		Math.sqrt(limits.keptPixels / (width * height)),
	);
	if (scale < 1)
		pipeline.resize(
			Math.max(1, Math.round(width * scale)),
			Math.max(1, Math.round(height * scale)),
			{ fit: "fill" },
		);
	try {
		const { data, info } = await pipeline
			.toColourspace("srgb")
			.ensureAlpha()
			.raw({ depth: "uchar" })
			.toBuffer({ resolveWithObject: true });
		if (info.channels !== 4)
			throw new Error(`decoder gave ${info.channels} channels`);
		return {
			width: info.width,
			height: info.height,
			data: new Uint8ClampedArray(
				data.buffer as ArrayBuffer,
				data.byteOffset,
				data.byteLength,
			),
		};
	} catch (cause) {
		throw unreadable(label, format, cause);
	}
}

/** Scales a camera to the decoded picture; its proportions must agree with the file's. */
function fitCamera(
	camera: Camera,
	label: string,
	header: Metadata,
	image: Image,
): Camera {
	const { width, height } = header.autoOrient;
	const skew = (camera.width / width) * (height / camera.height);
	if (!(Math.abs(skew - 1) <= 0.01))
		throw new LunarError(
			"CAMERA_INVALID",
			`the camera of ${label} is for ${camera.width} × ${camera.height} pixels, the picture has ${width} × ${height}`,
		);
	if (camera.width === image.width && camera.height === image.height)
		return camera;
	return resizeCamera(camera, image.width, image.height);
}

function unreadable(label: string, format: string, cause: unknown): LunarError {
	const detail = (cause instanceof Error ? cause.message : String(cause))
		.split("\n")[0]
		.trim();
	// "contains unsupported image format" is what a cut-off header of a known format gives.
	const unsupported =
		/unsupported|not supported|No decoding plugin/i.test(detail) &&
		!detail.includes("contains unsupported image format");
	return new LunarError(
		unsupported ? "PICTURE_UNSUPPORTED" : "PICTURE_CORRUPT",
		`${label} cannot be read as ${format}: ${detail}`,
		{ cause },
	);
}
