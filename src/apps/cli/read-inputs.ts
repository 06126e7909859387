import type { Stats } from "node:fs";
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { basename, dirname, extname, join, resolve, sep } from "node:path";
import type { Camera } from "../../core/camera.ts";
import { LunarError } from "../../core/errors.ts";
import type { Photo } from "../../core/photo.ts";
import type { Notice } from "../../core/run-context.ts";
import { VIEW_NAMES, type ViewName } from "../../core/view.ts";
import type { CapturedFrame } from "../../formats/captured-frame.ts";
import { checkRequestSize } from "../../formats/picture/check-request-size.ts";
import { decodePicture } from "../../formats/picture/decode.ts";
import { readCamerasJson } from "../../formats/read-cameras-json.ts";
import { readTransformsJson } from "../../formats/read-transforms-json.ts";
import { resizeCamera } from "../../kernel/math/camera.ts";

/** What the command line named. */
export interface InputSpec {
	/** Files or one folder. */
	readonly paths: readonly string[];
	readonly named: Partial<Record<ViewName, string>>;
	/** A transforms.json or cameras.json. */
	readonly transforms?: string;
}

export interface ReadInputs {
	readonly photos: Photo[];
	readonly notices: Notice[];
	/** A short name for the default output folder. */
	readonly title: string;
}

const PICTURE_EXTENSIONS = /\.(png|jpe?g|webp|avif|heic|heif|gif|tiff?)$/i;
const MAX_CAMERA_FILE_BYTES = 16 * 2 ** 20;
/** NeRF-synthetic sets name frames without an extension. */
const TRIED_EXTENSIONS = ["", ".png", ".jpg", ".jpeg", ".webp"];

interface InputFile {
	readonly path: string;
	readonly name?: ViewName;
	readonly frame?: CapturedFrame;
}

/** Finds, reads and decodes the input pictures. Throws typed errors that name the file. */
export async function readInputs(spec: InputSpec): Promise<ReadInputs> {
	const { files, title } = await listFiles(spec);
	if (files.length === 0)
		throw new LunarError("NO_INPUT", "no picture was given");
	const sizes = await Promise.all(
		files.map(async ({ path }) => (await statFile(path)).size),
	);
	checkRequestSize(sizes);

	const photos: Photo[] = [];
	const notices: Notice[] = [];
	for (const file of files) {
		const bytes = await readBytes(file.path);
		const decoded = await decodePicture(
			bytes,
			labelOf(file, files),
			file.name ? { name: file.name } : {},
		);
		photos.push(
			file.frame
				? { ...decoded.photo, camera: cameraOf(file.frame, decoded.photo) }
				: decoded.photo,
		);
		notices.push(...decoded.notices);
	}
	return { photos, notices, title };
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

async function listFiles(
	spec: InputSpec,
): Promise<{ files: InputFile[]; title: string }> {
	const named = Object.entries(spec.named) as [ViewName, string][];
	const ways = [spec.paths.length > 0, named.length > 0, spec.transforms];
	if (ways.filter(Boolean).length > 1)
		throw new LunarError(
			"OPTION_INVALID",
			"give either pictures or a folder, or named views, or --transforms, not several of these",
		);
	if (spec.transforms !== undefined)
		return {
			files: await filesOfCaptures(spec.transforms),
			title: basename(dirname(resolve(spec.transforms))),
		};
	if (named.length > 0)
		return {
			files: named.map(([name, path]) => ({ path, name })),
			title: titleOf(named[0][1]),
		};
	if (spec.paths.length === 1 && (await statFile(spec.paths[0])).isDirectory())
		return {
			files: await filesOfFolder(spec.paths[0]),
			title: basename(resolve(spec.paths[0])),
		};
	if (spec.paths.length === 1 && /\.json$/i.test(spec.paths[0]))
		return {
			files: await filesOfCaptures(spec.paths[0]),
			title: basename(dirname(resolve(spec.paths[0]))),
		};
	return {
		files: nameByFileName(spec.paths),
		title: spec.paths[0] === undefined ? "model" : titleOf(spec.paths[0]),
	};
}

/** A folder holds captures (a camera file), named views, or one picture; in this order. */
async function filesOfFolder(folder: string): Promise<InputFile[]> {
	const entries = (await readdir(folder)).sort();
	for (const camera of ["transforms.json", "cameras.json"])
		if (entries.includes(camera)) return filesOfCaptures(join(folder, camera));
	const pictures = entries
		.filter((entry) => PICTURE_EXTENSIONS.test(entry) && !entry.startsWith("."))
		.map((entry) => join(folder, entry));
	if (pictures.length === 0)
		throw new LunarError(
			"NO_INPUT",
			`${folder} holds no picture and no transforms.json`,
		);
	if (pictures.length === 1) return [{ path: pictures[0] }];
	const named = pictures.filter((path) => viewNameOf(path) !== undefined);
	return nameByFileName(named.length >= 2 ? named : pictures);
}

function nameByFileName(paths: readonly string[]): InputFile[] {
	if (paths.length <= 1) return paths.map((path) => ({ path }));
	const files = paths.map((path) => {
		const name = viewNameOf(path);
		if (name === undefined)
			throw new LunarError(
				"NO_INPUT",
				`${basename(path)}: with several pictures each needs a side: name the files front, right, back, left, top, bottom, or use --front FILE and so on`,
			);
		return { path, name };
	});
	return files.sort(
		(a, b) => VIEW_NAMES.indexOf(a.name) - VIEW_NAMES.indexOf(b.name),
	);
}

/** The side that a file name says: front.png, shoe_left.jpg, 03-top-view.webp. */
export function viewNameOf(path: string): ViewName | undefined {
	const words = basename(path, extname(path))
		.toLowerCase()
		.split(/[^a-z]+/);
	const found = VIEW_NAMES.filter(
		(name) =>
			words.includes(name) || (name === "back" && words.includes("rear")),
	);
	return found.length === 1 ? found[0] : undefined;
}

async function filesOfCaptures(cameraFile: string): Promise<InputFile[]> {
	const info = await statFile(cameraFile);
	if (info.size > MAX_CAMERA_FILE_BYTES)
		throw new LunarError(
			"FILE_TOO_LARGE",
			`${cameraFile} has ${info.size} bytes; the limit for a camera file is ${MAX_CAMERA_FILE_BYTES}`,
		);
	const text = new TextDecoder().decode(await readBytes(cameraFile));
	const frames = /"frames"\s*:/.test(text)
		? readTransformsJson(text)
		: readCamerasJson(text);
	const folder = dirname(resolve(cameraFile));
	const realFolder = await realpath(folder);
	return Promise.all(
		frames.map(async (frame) => {
			const path = await findFrame(folder, frame.filePath, cameraFile);
			const real = await realpath(path);
			if (!real.startsWith(realFolder + sep))
				throw new LunarError(
					"CAMERA_FILE_PATH_UNSAFE",
					`${frame.filePath} leads outside ${folder}`,
				);
			return { path, frame };
		}),
	);
}

async function findFrame(
	folder: string,
	filePath: string,
	cameraFile: string,
): Promise<string> {
	for (const extension of TRIED_EXTENSIONS) {
		const path = join(folder, filePath + extension);
		const info = await stat(path).catch(() => undefined);
		if (info?.isFile()) return path;
	}
	throw new LunarError(
		"INPUT_NOT_FOUND",
		`${cameraFile} names ${filePath}, which does not exist`,
	);
}

/** File name, with its folder where two inputs share the name. */
function labelOf(file: InputFile, files: readonly InputFile[]): string {
	const name = basename(file.path);
	const shared = files.some(
		(other) => other !== file && basename(other.path) === name,
	);
	return shared ? `${basename(dirname(file.path))}/${name}` : name;
}

function titleOf(path: string): string {
	const name = basename(path, extname(path));
	return viewNameOf(path) === undefined
		? name
		: basename(dirname(resolve(path))) || name;
}

async function statFile(path: string): Promise<Stats> {
	try {
		return await stat(path);
	} catch (error) {
		throw fileError(path, error);
	}
}

async function readBytes(path: string): Promise<Uint8Array> {
	try {
		return await readFile(path);
	} catch (error) {
		throw fileError(path, error);
	}
}

function fileError(path: string, error: unknown): LunarError {
	const code = (error as NodeJS.ErrnoException).code;
	if (code === "ENOENT" || code === "ENOTDIR")
		return new LunarError("INPUT_NOT_FOUND", `${path} does not exist`, {
			cause: error,
		});
	return new LunarError("INPUT_UNREADABLE", `${path} cannot be read: ${code}`, {
		cause: error,
	});
}
