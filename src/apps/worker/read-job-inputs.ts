import { posix } from "node:path";
import { LunarError } from "../../core/errors.ts";
import type { Photo } from "../../core/photo.ts";
import type { RunContext } from "../../core/run-context.ts";
import { decodePicture } from "../../formats/picture/decode.ts";
import { giveMask } from "../../pipeline/give-mask.ts";
import type { HostFile, HostWork } from "../../service/ports/engine-host.ts";
import {
	framesOf,
	type InputFile,
	TRIED_EXTENSIONS,
} from "../inputs/find-inputs.ts";
import { readBytes } from "../inputs/input-file.ts";
import { readInputs } from "../inputs/read-inputs.ts";

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
		if (!mask) {
			masked.push(photo);
			continue;
		}
		const drawn = await decodePicture(await readBytes(mask.path), mask.label);
		const given = giveMask(photo, drawn.photo);
		masked.push(given.photo);
		for (const notice of given.notices) ctx.notice(notice);
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
