import { z } from "zod";
import { LunarError } from "../core/errors.ts";
import { safeRelativePath } from "./safe-relative-path.ts";

/** Most frames one camera file may hold. */
export const MAX_FRAMES = 400;

/** A 3 × 4 or 4 × 4 matrix as rows. */
export const matrixRows: z.ZodType<readonly (readonly number[])[]> = z
	.array(z.array(z.number()).length(4))
	.min(3)
	.max(4);

/** Parses JSON and checks it against a schema; trouble is CAMERA_FILE_INVALID. */
export function parseCameraFile<T>(text: string, schema: z.ZodType<T>): T {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		throw new LunarError(
			"CAMERA_FILE_INVALID",
			`the camera file is not JSON: ${error instanceof Error ? error.message : ""}`,
			{ cause: error },
		);
	}
	const result = schema.safeParse(value);
	if (!result.success) {
		const issue = result.error.issues[0];
		throw new LunarError(
			"CAMERA_FILE_INVALID",
			`camera file, ${issue.path.join(".") || "top level"}: ${issue.message}`,
		);
	}
	return result.data;
}

/** The number of frames, where it is allowed. */
export function checkFrameCount(count: number): void {
	if (count < 1 || count > MAX_FRAMES)
		throw new LunarError(
			"CAMERA_FILE_INVALID",
			`the camera file has ${count} frames; 1 to ${MAX_FRAMES} are read`,
		);
}

/** The picture's path, cleaned; CAMERA_FILE_PATH_UNSAFE where it leaves the folder. */
export function checkFramePath(path: string, frameIndex: number): string {
	const safe = safeRelativePath(path);
	if (safe === undefined)
		throw new LunarError(
			"CAMERA_FILE_PATH_UNSAFE",
			`frame ${frameIndex} names ${JSON.stringify(path.slice(0, 200))}`,
		);
	return safe;
}

/** A focal length or size that must be a positive number. */
export function checkPositive(
	value: number,
	what: string,
	where: string,
): number {
	if (!(value > 0 && value < 1e7))
		throw new LunarError("CAMERA_INVALID", `${where}: ${what} is ${value}`);
	return value;
}
