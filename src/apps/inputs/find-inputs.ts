import { readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, extname, join, resolve, sep } from "node:path";
import { LunarError } from "../../core/errors.ts";
import type { Notice } from "../../core/run-context.ts";
import { VIEW_NAMES, type ViewName } from "../../core/view.ts";
import type { CapturedFrame } from "../../formats/captured-frame.ts";
import { megabytes } from "../../formats/picture/limits.ts";
import { readCamerasJson } from "../../formats/read-cameras-json.ts";
import { readTransformsJson } from "../../formats/read-transforms-json.ts";
import { readBytes, sizeOfFile, statPath } from "./input-file.ts";
import { viewNameOf } from "./view-name-of.ts";

/** What the command line named. */
export interface InputSpec {
	/** Files or one folder. */
	readonly paths: readonly string[];
	readonly named: Partial<Record<ViewName, string>>;
	/** A transforms.json or cameras.json. */
	readonly transforms?: string;
	/** A mask of the only picture. */
	readonly mask?: string;
}

/** One picture to read, and what is known about it before it is read. */
export interface InputFile {
	readonly path: string;
	/** What it is called, where that is not the path's business. */
	readonly label?: string;
	readonly name?: ViewName;
	readonly frame?: CapturedFrame;
}

export interface FoundInputs {
	readonly files: readonly InputFile[];
	/** The transforms.json or cameras.json that the frames came from. */
	readonly cameraFile?: string;
	/** A mask of the only picture. */
	readonly mask?: string;
	/** A short name for the default output folder. */
	readonly title: string;
	readonly notices: readonly Notice[];
}

const PICTURE_EXTENSIONS = /\.(png|jpe?g|webp|avif|heic|heif|gif|tiff?)$/i;
const MAX_CAMERA_FILE_BYTES = 16_000_000;
/** NeRF-synthetic sets name frames without an extension. */
export const TRIED_EXTENSIONS: readonly string[] = [
	"",
	".png",
	".jpg",
	".jpeg",
	".webp",
];

/** The pictures that the command line means, unread. Throws typed errors that name the file. */
export async function findInputs(spec: InputSpec): Promise<FoundInputs> {
	const found = await findPictures(spec);
	if (spec.mask === undefined) return found;
	if (found.files.length !== 1)
		throw new LunarError(
			"OPTION_INVALID",
			`--mask is for one picture, ${found.files.length} were given; cut the pictures out (PNG with alpha) instead`,
		);
	return { ...found, mask: spec.mask };
}

async function findPictures(spec: InputSpec): Promise<FoundInputs> {
	const named = Object.entries(spec.named) as [ViewName, string][];
	const ways = [spec.paths.length > 0, named.length > 0, spec.transforms];
	if (ways.filter(Boolean).length > 1)
		throw new LunarError(
			"OPTION_INVALID",
			"give either pictures or a folder, or named views, or --transforms, not several of these",
		);
	if (spec.transforms !== undefined) return findCaptures(spec.transforms);
	if (named.length > 0)
		return {
			files: named.map(([name, path]) => ({ path, name })),
			title: titleOf(named[0][1]),
			notices: [],
		};
	if (spec.paths.length === 0)
		throw new LunarError("NO_INPUT", "no picture was given");
	const [first] = spec.paths;
	if (spec.paths.length === 1) {
		if ((await statPath(first)).isDirectory()) return findInFolder(first);
		if (/\.json$/i.test(first)) return findCaptures(first);
	}
	return {
		files: nameByFileName(spec.paths),
		title: titleOf(first),
		notices: [],
	};
}

/** A folder holds captures (a camera file), named views, or one picture; in this order. */
async function findInFolder(folder: string): Promise<FoundInputs> {
	const title = basename(resolve(folder));
	const entries = (await readdir(folder, { withFileTypes: true }))
		.filter((entry) => !entry.isDirectory() && !entry.name.startsWith("."))
		.map((entry) => entry.name)
		.sort();
	for (const camera of ["transforms.json", "cameras.json"])
		if (entries.includes(camera)) return findCaptures(join(folder, camera));
	const pictures = entries
		.filter((entry) => PICTURE_EXTENSIONS.test(entry))
		.map((entry) => join(folder, entry));
	if (pictures.length === 0)
		throw new LunarError(
			"NO_INPUT",
			`${folder} holds no picture and no transforms.json`,
		);
	if (pictures.length === 1)
		return { files: [{ path: pictures[0] }], title, notices: [] };
	const named = pictures.filter((path) => viewNameOf(path) !== undefined);
	if (named.length < 2)
		return { files: nameByFileName(pictures), title, notices: [] };
	const others = pictures.filter((path) => !named.includes(path));
	return {
		files: nameByFileName(named),
		title,
		notices: others.length === 0 ? [] : [leftOut(others)],
	};
}

function leftOut(paths: readonly string[]): Notice {
	const names = paths.slice(0, 4).map((path) => basename(path));
	return {
		code: "picture-left-out",
		severity: "warning",
		message: `${names.join(", ")}${paths.length > 4 ? ` and ${paths.length - 4} more` : ""} left out: the name says no side`,
		remedy:
			"Put front, right, back, left, top or bottom into the file name of each view.",
	};
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

async function findCaptures(cameraFile: string): Promise<FoundInputs> {
	const size = await sizeOfFile(cameraFile);
	if (size > MAX_CAMERA_FILE_BYTES)
		throw new LunarError(
			"CAMERA_FILE_INVALID",
			`${cameraFile} has ${megabytes(size)}, the limit for a camera file is ${megabytes(MAX_CAMERA_FILE_BYTES)}`,
		);
	const frames = framesOf(await readBytes(cameraFile));
	const folder = dirname(resolve(cameraFile));
	const realFolder = await realpath(folder);
	const files = await Promise.all(
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
	return { files, cameraFile, title: basename(folder), notices: [] };
}

/** The frames of a transforms.json or a cameras.json. */
export function framesOf(bytes: Uint8Array): CapturedFrame[] {
	const text = new TextDecoder().decode(bytes);
	return /"frames"\s*:/.test(text)
		? readTransformsJson(text)
		: readCamerasJson(text);
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

function titleOf(path: string): string {
	const name = basename(path, extname(path));
	return viewNameOf(path) === undefined
		? name
		: basename(dirname(resolve(path))) || name;
}
