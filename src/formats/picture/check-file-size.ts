import { LunarError } from "../../core/errors.ts";
import { megabytes, PICTURE_LIMITS } from "./limits.ts";

/** Throws FILE_EMPTY or FILE_TOO_LARGE where a picture file of this size is not worth reading. */
export function checkFileSize(
	label: string,
	sizeBytes: number,
	limitBytes: number = PICTURE_LIMITS.fileBytes,
): void {
	if (sizeBytes === 0)
		throw new LunarError("FILE_EMPTY", `${label} has 0 bytes`);
	if (sizeBytes > limitBytes)
		throw new LunarError(
			"FILE_TOO_LARGE",
			`${label} has ${megabytes(sizeBytes)}, the limit is ${megabytes(limitBytes)}`,
		);
}
