import { stat } from "node:fs/promises";
import {
	type WeightEntry,
	type WeightFile,
	weightsByName,
} from "../../neural/weights/manifest.ts";
import { type CheckDepth, checkFile } from "./check-file.ts";
import { type Environment, type WeightPlaces, weightPlaces } from "./places.ts";
import { partialOf, storedCopies } from "./stored-files.ts";

export type WeightStatus = "ready" | "missing" | "incomplete" | "corrupt";

export interface FoundWeights {
	readonly status: WeightStatus;
	/** Absolute paths, links resolved, of the files that are right. */
	readonly files: Readonly<Record<string, string>>;
	/** One sentence on what is wrong, where something is. */
	readonly problem?: string;
}

export interface FindOptions {
	/**
	 * `once` (default) reads a file the first time and after it changed, and remembers that it was right; `size` never
	 * reads, for lists; `always` reads.
	 */
	readonly depth?: CheckDepth;
	readonly signal?: AbortSignal;
	readonly onRead?: (file: WeightFile, bytes: number) => void;
}

/** What of an entry is on this machine, found in the caches that Hugging Face's tools and rembg use. Asks no network. */
export async function findWeights(
	name: string,
	env: Environment,
	options: FindOptions = {},
): Promise<FoundWeights> {
	const entry = weightsByName(name);
	const states = await inspectWeights(entry, weightPlaces(env), options);
	return summarize(states);
}

export interface FileState {
	readonly file: WeightFile;
	readonly state: WeightStatus;
	/** Links resolved. */
	readonly path?: string;
	readonly problem?: string;
	/** Of an unfinished download. */
	readonly receivedBytes: number;
}

export async function inspectWeights(
	entry: WeightEntry,
	places: WeightPlaces,
	options: FindOptions = {},
): Promise<FileState[]> {
	const states: FileState[] = [];
	for (const file of entry.files)
		states.push(await inspectFile(entry, file, places, options));
	return states;
}

export async function inspectFile(
	entry: WeightEntry,
	file: WeightFile,
	places: WeightPlaces,
	options: FindOptions = {},
): Promise<FileState> {
	const unchecked = entry.source.kind === "rembg" && places.rembgUnchecked;
	let bad: { path: string; problem: string } | undefined;
	for (const path of await storedCopies(places, entry, file)) {
		const problem = unchecked
			? undefined
			: await checkFile(path, file.sizeBytes, file.digests, {
					depth: options.depth ?? "once",
					recordsFolder: places.recordsFolder,
					...(options.signal ? { signal: options.signal } : {}),
					...(options.onRead
						? { onRead: (bytes) => options.onRead?.(file, bytes) }
						: {}),
				}).catch((error: NodeJS.ErrnoException) => {
					if (options.signal?.aborted || error.errno === undefined) throw error;
					return `cannot be read: ${error.code}`;
				});
		if (problem === undefined)
			return { file, state: "ready", path, receivedBytes: 0 };
		bad ??= { path, problem: `${path} ${problem}` };
	}
	const partial = partialOf(places, entry, file);
	const receivedBytes = await stat(partial).then(
		({ size }) => size,
		() => 0,
	);
	if (bad) return { file, state: "corrupt", receivedBytes, ...bad };
	return receivedBytes > 0
		? {
				file,
				state: "incomplete",
				receivedBytes,
				problem: `${file.name} is downloaded to ${Math.floor((100 * receivedBytes) / file.sizeBytes)} %`,
			}
		: {
				file,
				state: "missing",
				receivedBytes,
				problem: `${file.name} is not there`,
			};
}

/** One damaged file spoils all; some there and some not is incomplete. */
export function summarize(states: readonly FileState[]): FoundWeights {
	const files: Record<string, string> = {};
	for (const { state, file, path } of states)
		if (state === "ready" && path) files[file.name] = path;
	const has = (state: WeightStatus): boolean =>
		states.some((file) => file.state === state);
	const status = has("corrupt")
		? "corrupt"
		: !has("missing") && !has("incomplete")
			? "ready"
			: has("ready") || has("incomplete")
				? "incomplete"
				: "missing";
	const problem = states
		.flatMap((state) => (state.problem === undefined ? [] : [state.problem]))
		.join("; ");
	return { status, files, ...(problem === "" ? {} : { problem }) };
}
