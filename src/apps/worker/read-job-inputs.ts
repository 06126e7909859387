import { posix } from "node:path";
import { LunarError } from "../../core/errors.ts";
import type { Image, Mask } from "../../core/image.ts";
import type { Photo } from "../../core/photo.ts";
import type { RunContext } from "../../core/run-context.ts";
import { decodePicture } from "../../formats/picture/decode.ts";
import { resizeMask } from "../../kernel/image/resize.ts";
import type { HostFile, HostWork } from "../../service/ports/engine-host.ts";
import {
	framesOf,
	type InputFile,
	TRIED_EXTENSIONS,
} from "../cli/find-inputs.ts";
import { readBytes } from "../cli/input-file.ts";
import { readInputs } from "../cli/read-inputs.ts";

/** The pictures of a job, decoded, with cameras and corrected outlines where it came with some. */
export async function readJobInputs(
	work: HostWork,
	ctx: RunContext,
): Promise<Photo[]> {
	const files = work.cameraFile
		? await framedInputs(work.cameraFile, work.inputs)
		: work.inputs.map(inputOf);
	const { photos, notices } = await readInputs({
		files,
		title: work.title,
		notices: [],
	});
	for (const notice of notices) ctx.notice(notice);
	const masked: Photo[] = [];
	for (const photo of photos) {
		const mask = work.masks.find(({ label }) => label === photo.label);
		masked.push(mask ? await withMask(photo, mask) : photo);
	}
	return masked;
}

function inputOf({ path, label, view }: HostFile): InputFile {
	return { path, label, ...(view ? { name: view } : {}) };
}

/** Frames name pictures by label, with their folder or without, and perhaps without the extension. */
async function framedInputs(
	cameraFile: HostFile,
	inputs: readonly HostFile[],
): Promise<InputFile[]> {
	const frames = framesOf(await readBytes(cameraFile.path));
	return frames.map((frame) => {
		const wanted = posix.normalize(frame.filePath);
		const input = [wanted, posix.basename(wanted)]
			.flatMap((name) => TRIED_EXTENSIONS.map((extension) => name + extension))
			.map((name) => inputs.find(({ label }) => label === name))
			.find((found) => found !== undefined);
		if (!input)
			throw new LunarError(
				"INPUT_NOT_FOUND",
				`${cameraFile.label} names ${frame.filePath}, which was not sent along`,
			);
		return { ...inputOf(input), frame };
	});
}

/** The correction as the picture's alpha channel, which every way of cutting out looks at first. */
async function withMask(photo: Photo, mask: HostFile): Promise<Photo> {
	const decoded = await decodePicture(await readBytes(mask.path), mask.label);
	const { width, height } = photo.image;
	const { data } = resizeMask(whiteOf(decoded.photo.image), width, height);
	const image: Image = { width, height, data: photo.image.data.slice() };
	for (let i = 0; i < data.length; i++) image.data[i * 4 + 3] = data[i];
	return { ...photo, image };
}

/** White and opaque is object, black or transparent is not. */
function whiteOf({ width, height, data: rgba }: Image): Mask {
	const data = new Uint8Array(width * height);
	for (let i = 0; i < data.length; i++)
		data[i] = Math.round((rgba[i * 4] * rgba[i * 4 + 3]) / 255);
	return { width, height, data };
}
