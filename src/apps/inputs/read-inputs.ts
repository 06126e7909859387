import { basename, resolve, sep } from "node:path";
import type { Camera } from "../../core/camera.ts";
import type { Photo } from "../../core/photo.ts";
import type { Notice } from "../../core/run-context.ts";
import type { CapturedFrame } from "../../formats/captured-frame.ts";
import { checkFileSize } from "../../formats/picture/check-file-size.ts";
import { checkRequestSize } from "../../formats/picture/check-request-size.ts";
import { decodePicture } from "../../formats/picture/decode.ts";
import { PICTURE_LIMITS } from "../../formats/picture/limits.ts";
import { resizeCamera } from "../../kernel/math/camera.ts";
import { giveMask } from "../../pipeline/give-mask.ts";
import { mergeNotices } from "../../pipeline/merge-notices.ts";
import type { FoundInputs } from "./find-inputs.ts";
import { readBytes, sizeOfFile } from "./input-file.ts";

export interface ReadInputs {
	readonly photos: Photo[];
	readonly notices: Notice[];
}

/** Reads and decodes the pictures. All sizes are checked before the first is read. */
export async function readInputs({
	files,
	mask,
}: FoundInputs): Promise<ReadInputs> {
	const paths = labelsOf(files.map(({ path }) => path));
	const labels = files.map(({ label }, k) => label ?? paths[k]);
	const sizes = await Promise.all(files.map(({ path }) => sizeOfFile(path)));
	for (const [k, size] of sizes.entries()) checkFileSize(labels[k], size);
	if (mask !== undefined)
		checkFileSize(shown(basename(mask)), await sizeOfFile(mask));
	checkRequestSize(sizes);

	const photos: Photo[] = [];
	const notices: Notice[] = [];
	const limits = {
		keptPixels: PICTURE_LIMITS.requestKeptPixels / files.length,
	};
	for (const [k, { path, name, frame }] of files.entries()) {
		const { photo, notices: remarks } = await decodePicture(
			await readBytes(path),
			labels[k],
			{ limits, ...(name ? { name } : {}) },
		);
		photos.push(frame ? { ...photo, camera: cameraOf(frame, photo) } : photo);
		notices.push(...remarks);
	}
	if (mask !== undefined) {
		const { photo: drawn } = await decodePicture(
			await readBytes(mask),
			shown(basename(mask)),
			{ limits },
		);
		const given = giveMask(photos[0], drawn);
		photos[0] = given.photo;
		notices.push(...given.notices);
	}
	return { photos, notices: mergeNotices(notices) };
}

/** The frame's camera for the decoded picture, which may be smaller than its file. */
function cameraOf(frame: CapturedFrame, photo: Photo): Camera {
	const { width, height } = photo.source;
	return resizeCamera(
		{
			worldFromCamera: frame.worldFromCamera,
			...frame.intrinsics(width, height),
			width,
			height,
		},
		photo.image.width,
		photo.image.height,
	);
}

/** File names, with as many of their folders as it takes to tell them apart, fit to be shown. */
function labelsOf(paths: readonly string[]): string[] {
	const parts = paths.map((path) => resolve(path).split(sep));
	const deepest = Math.max(...parts.map(({ length }) => length));
	for (let depth = 1; depth < deepest; depth++) {
		const labels = parts.map((part) => part.slice(-depth).join("/"));
		if (new Set(labels).size === labels.length) return labels.map(shown);
	}
	// One file given twice.
	return paths.map((path) => shown(basename(path)));
}

/** A file name may hold line breaks and terminal commands. */
function shown(text: string): string {
	return text.replace(/\p{Cc}/gu, "\u{fffd}");
}
