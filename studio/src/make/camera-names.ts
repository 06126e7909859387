const CAMERA_FILE = /^(transforms(_\w+)?|cameras)\.json$/i;

export function isCameraFile(name: string): boolean {
	return CAMERA_FILE.test(name);
}

/** The pictures that a transforms.json or cameras.json asks for, as bare file names. Undefined where it is neither. */
export function cameraNames(text: string): readonly string[] | undefined {
	try {
		const json = JSON.parse(text) as {
			frames?: { file_path?: unknown }[];
			views?: { file?: unknown }[];
		};
		const paths =
			json.frames?.map(({ file_path }) => file_path) ??
			json.views?.map(({ file }) => file);
		return paths?.map((path) => String(path).split("/").at(-1) ?? "");
	} catch {
		return undefined;
	}
}

/** Frames may leave out the extension. */
export function isWanted(label: string, wanted: readonly string[]): boolean {
	const stem = label.replace(/\.[^.]*$/, "");
	return wanted.some((name) => name === label || name === stem);
}
