/**
 * Every error a user can meet: one code, the kind that decides HTTP status, exit code and retry,
 * and the next step. Messages name the value seen and the limit; tests assert codes.
 */
export const ERRORS: Readonly<
	Record<ErrorCode, readonly [kind: ErrorKind, hint: string]>
> = {
	// Input files
	INPUT_NOT_FOUND: [
		"invalid-input",
		"Check the path; quote names with spaces.",
	],
	INPUT_UNREADABLE: [
		"invalid-input",
		"Check that it is a regular file which you may read.",
	],
	NO_INPUT: [
		"invalid-input",
		"Give one picture, 2-6 named views (--front, --right, …), or a folder.",
	],
	TOO_MANY_INPUTS: [
		"invalid-input",
		"Give fewer pictures, or a transforms.json with a pose for each.",
	],
	FILE_TOO_LARGE: [
		"invalid-input",
		"Save the picture smaller or with more compression.",
	],
	REQUEST_TOO_LARGE: [
		"invalid-input",
		"Give fewer or smaller pictures in one request.",
	],
	FILE_EMPTY: ["invalid-input", "The file has no content; export it again."],
	PICTURE_UNSUPPORTED: [
		"invalid-input",
		"Convert the picture to PNG, JPEG or WebP.",
	],
	PICTURE_CORRUPT: [
		"invalid-input",
		"The picture is damaged or cut short; export or copy it again.",
	],
	PICTURE_TOO_MANY_PIXELS: [
		"invalid-input",
		"Reduce the picture below the pixel limit.",
	],
	PICTURE_TOO_SMALL: [
		"invalid-input",
		"Use a picture of at least 16 pixels a side, better 512 or more.",
	],
	// Foreground and views
	NO_FOREGROUND: [
		"invalid-input",
		"Photograph the object before a plain background, cut it out (PNG with alpha), or use --background keep.",
	],
	CAMERA_INVALID: [
		"invalid-input",
		"Check the camera file: finite 4 × 4 rigid poses and positive focal lengths.",
	],
	CAMERA_FILE_INVALID: [
		"invalid-input",
		"Check the camera file against docs/conventions.md.",
	],
	CAMERA_FILE_PATH_UNSAFE: [
		"invalid-input",
		"Frames may only name files inside the camera file's own folder.",
	],
	VIEWS_CONTRADICT: [
		"invalid-input",
		"Check that each view carries the right name, is not mirrored, and shows the same object.",
	],
	VIEW_NAME_DUPLICATE: ["invalid-input", "Give each side once."],
	EMPTY_SHAPE: [
		"invalid-input",
		"Nothing is left where the views agree; check names, cameras and masks.",
	],
	// Options
	OPTION_INVALID: ["invalid-input", "See lunar generate --help."],
	COMMAND_UNKNOWN: ["invalid-input", "See lunar --help."],
	ENGINE_UNKNOWN: ["invalid-input", "See lunar engines."],
	ENGINE_CANNOT_RUN: [
		"invalid-input",
		"See lunar engines for what each engine needs.",
	],
	// Model files
	MODEL_UNSUPPORTED: [
		"invalid-input",
		"Use GLB, OBJ, PLY, STL or USDZ as the issue states.",
	],
	MODEL_CORRUPT: [
		"invalid-input",
		"The model file is damaged; export it again.",
	],
	MODEL_TOO_LARGE: ["resource-limit", "Use a smaller model."],
	MODEL_EMPTY: ["invalid-input", "The file has no triangles."],
	// Weights and networks
	CHECKPOINT_UNREADABLE: [
		"invalid-input",
		"The weight file is damaged or cut short; fetch it again.",
	],
	CHECKPOINT_REFUSED: [
		"invalid-input",
		"The file holds more than weights, or is of a kind that is not read; use the official file.",
	],
	CHECKPOINT_MISMATCH: [
		"invalid-input",
		"The file is not the model that this engine builds; use the official weights and configuration.",
	],
	RUNTIME_MISSING: [
		"unavailable",
		"Install the neural runtime beside Lunar Nova: npm install onnxruntime-node@1.30.0 --ignore-scripts",
	],
	RUNTIME_FAILED: [
		"unavailable",
		"Try --device cpu, or fewer threads; the log says what the runtime answered.",
	],
	RUNTIME_CRASHED: [
		"unavailable",
		"The process of the neural runtime ended, perhaps for lack of memory; free some and try again.",
	],
	// Weights
	WEIGHTS_UNKNOWN: ["invalid-input", "See lunar weights list."],
	WEIGHTS_MISSING: [
		"unavailable",
		"Fetch them once with lunar weights pull NAME, then run the command again.",
	],
	WEIGHTS_CORRUPT: [
		"unavailable",
		"Run lunar weights pull NAME: it fetches damaged files again.",
	],
	DOWNLOAD_FAILED: [
		"unavailable",
		"Run the same command again: it goes on where it stopped.",
	],
	DOWNLOAD_REFUSED: [
		"unavailable",
		"Do what the message says, then run the same command again.",
	],
	DISK_FULL: [
		"unavailable",
		"Free disk space, or use another disk (HF_HOME or U2NET_HOME for weights, dataPath for a server), then try again.",
	],
	// Machine
	OUT_OF_MEMORY: [
		"resource-limit",
		"Use a lower --quality or --resolution, or smaller pictures.",
	],
	OUTPUT_UNWRITABLE: [
		"unavailable",
		"Choose another place with -o, or free disk space.",
	],
	NODE_TOO_OLD: ["unavailable", "Install Node 24 or newer, or run npm ci."],
	// Jobs and the server
	JOB_UNKNOWN: [
		"not-found",
		"There is no such job; it may have been deleted. See lunar jobs list.",
	],
	FILE_UNKNOWN: ["not-found", "See the job's list of files."],
	NOT_FOUND: ["not-found", "See /docs for what there is."],
	BLOB_MISSING: [
		"internal",
		"The bytes are gone from the storage; run lunar doctor.",
	],
	JOB_STATE: [
		"conflict",
		"The job is not in a state that allows this; look at its state first.",
	],
	IDEMPOTENCY_CONFLICT: [
		"conflict",
		"The key was used for another request; use a new key.",
	],
	REQUEST_INVALID: [
		"invalid-input",
		"Correct the fields that the message names; /docs has the schema.",
	],
	UPLOAD_BROKEN: [
		"invalid-input",
		"The upload ended early or is malformed; send it again.",
	],
	URL_REFUSED: [
		"invalid-input",
		"Use a public http(s) address, or have the operator allow the host (fetch.allowHosts).",
	],
	URL_FAILED: [
		"unavailable",
		"Check that the address answers with a picture, then try again.",
	],
	CONFIG_INVALID: ["invalid-input", "Correct the setting; see lunar config."],
	UNAUTHORIZED: [
		"denied",
		"Send an API key: Authorization: Bearer KEY; make one with lunar keys add.",
	],
	FORBIDDEN: ["denied", "The API key lacks this scope."],
	ORIGIN_REFUSED: [
		"denied",
		"Use the server's own address, or have the operator set publicUrl or corsOrigins.",
	],
	RATE_LIMITED: ["too-many", "Wait as long as Retry-After says."],
	QUEUE_FULL: [
		"too-many",
		"Wait until jobs have finished, or have the operator raise the limit.",
	],
	QUOTA_EXCEEDED: [
		"too-many",
		"Delete old jobs, or have the operator raise the quota.",
	],
	SHUTTING_DOWN: [
		"unavailable",
		"The server is stopping; try again in a minute.",
	],
	STORE_CORRUPT: [
		"unavailable",
		"Stop the server and run lunar doctor; restore a backup if it says so.",
	],
	STORE_LOCKED: [
		"unavailable",
		"Stop the other server, or give this one another dataPath.",
	],
	STORE_UNWRITABLE: [
		"unavailable",
		"Make the data folder writable, then try again.",
	],
	ADDRESS_UNUSABLE: [
		"unavailable",
		"Stop the other program, or choose another address with --host and --port.",
	],
	BACKUP_INVALID: [
		"invalid-input",
		"Use another backup; this one is damaged, incomplete or none of Lunar Nova's.",
	],
	OUTPUT_EXISTS: [
		"conflict",
		"Name another place, or give --force to replace what is there.",
	],
	SERVER_UNREACHABLE: [
		"unavailable",
		"Start one with lunar serve, or name it with --server URL.",
	],
	TIME_LIMIT: [
		"resource-limit",
		"Use a lower quality, or raise the time limits.",
	],
	HOST_LOST: [
		"unavailable",
		"The process at work ended; the job is tried again as often as it allows.",
	],
	DEPENDENCY_FAILED: [
		"invalid-input",
		"A job that this one waits for did not succeed; retry that one first.",
	],
	// Result
	MESH_NOT_CLOSED: [
		"internal",
		"This should not happen; please report it with the input.",
	],
	ASSET_INVALID: [
		"internal",
		"The asset did not pass validation and was not written; please report it.",
	],
	CANCELLED: ["cancelled", "Run the command again to start over."],
	BUG: [
		"internal",
		"This is a bug in Lunar Nova; please report it with the log.",
	],
};

/** Decides the HTTP status (server), the exit code (CLI) and retry-or-not (runner). */
export type ErrorKind =
	| "invalid-input"
	| "unavailable"
	| "resource-limit"
	| "cancelled"
	| "not-found"
	| "conflict"
	| "denied"
	| "too-many"
	| "internal";

export type ErrorCode =
	| "INPUT_NOT_FOUND"
	| "INPUT_UNREADABLE"
	| "NO_INPUT"
	| "TOO_MANY_INPUTS"
	| "FILE_TOO_LARGE"
	| "REQUEST_TOO_LARGE"
	| "FILE_EMPTY"
	| "PICTURE_UNSUPPORTED"
	| "PICTURE_CORRUPT"
	| "PICTURE_TOO_MANY_PIXELS"
	| "PICTURE_TOO_SMALL"
	| "NO_FOREGROUND"
	| "CAMERA_INVALID"
	| "CAMERA_FILE_INVALID"
	| "CAMERA_FILE_PATH_UNSAFE"
	| "VIEWS_CONTRADICT"
	| "VIEW_NAME_DUPLICATE"
	| "EMPTY_SHAPE"
	| "OPTION_INVALID"
	| "COMMAND_UNKNOWN"
	| "ENGINE_UNKNOWN"
	| "ENGINE_CANNOT_RUN"
	| "MODEL_UNSUPPORTED"
	| "MODEL_CORRUPT"
	| "MODEL_TOO_LARGE"
	| "MODEL_EMPTY"
	| "CHECKPOINT_UNREADABLE"
	| "CHECKPOINT_REFUSED"
	| "CHECKPOINT_MISMATCH"
	| "RUNTIME_MISSING"
	| "RUNTIME_FAILED"
	| "RUNTIME_CRASHED"
	| "WEIGHTS_UNKNOWN"
	| "WEIGHTS_MISSING"
	| "WEIGHTS_CORRUPT"
	| "DOWNLOAD_FAILED"
	| "DOWNLOAD_REFUSED"
	| "DISK_FULL"
	| "OUT_OF_MEMORY"
	| "OUTPUT_UNWRITABLE"
	| "NODE_TOO_OLD"
	| "JOB_UNKNOWN"
	| "FILE_UNKNOWN"
	| "NOT_FOUND"
	| "BLOB_MISSING"
	| "JOB_STATE"
	| "IDEMPOTENCY_CONFLICT"
	| "REQUEST_INVALID"
	| "UPLOAD_BROKEN"
	| "URL_REFUSED"
	| "URL_FAILED"
	| "CONFIG_INVALID"
	| "UNAUTHORIZED"
	| "FORBIDDEN"
	| "ORIGIN_REFUSED"
	| "RATE_LIMITED"
	| "QUEUE_FULL"
	| "QUOTA_EXCEEDED"
	| "SHUTTING_DOWN"
	| "STORE_CORRUPT"
	| "STORE_LOCKED"
	| "STORE_UNWRITABLE"
	| "ADDRESS_UNUSABLE"
	| "BACKUP_INVALID"
	| "OUTPUT_EXISTS"
	| "SERVER_UNREACHABLE"
	| "TIME_LIMIT"
	| "HOST_LOST"
	| "DEPENDENCY_FAILED"
	| "MESH_NOT_CLOSED"
	| "ASSET_INVALID"
	| "CANCELLED"
	| "BUG";

/** The one error class: what was seen, the code, and the next step for a person. */
export class LunarError extends Error {
	readonly code: ErrorCode;
	/** The step of the pipeline it happened in, once known. */
	step?: string;

	constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
		super(message, options);
		this.name = "LunarError";
		this.code = code;
	}

	get kind(): ErrorKind {
		return ERRORS[this.code][0];
	}

	get hint(): string {
		return ERRORS[this.code][1];
	}

	toJSON(): {
		code: ErrorCode;
		kind: ErrorKind;
		message: string;
		hint: string;
		step?: string;
	} {
		return {
			code: this.code,
			kind: this.kind,
			message: this.message,
			hint: this.hint,
			...(this.step === undefined ? {} : { step: this.step }),
		};
	}
}

/** Turns anything thrown into a LunarError; what is not ours is a BUG with its cause kept. */
export function asLunarError(error: unknown): LunarError {
	if (error instanceof LunarError) return error;
	const message = error instanceof Error ? error.message : String(error);
	return new LunarError("BUG", message, { cause: error });
}
