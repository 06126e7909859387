import { LunarError } from "../../core/errors.ts";

/** What the file system says, as an error of ours. */
export function diskError(folder: string, cause: unknown): unknown {
	if (cause instanceof LunarError) return cause;
	const { code } = cause as NodeJS.ErrnoException;
	if (code === "ENOSPC" || code === "EDQUOT")
		return new LunarError(
			"DISK_FULL",
			`no room in ${folder}: ${code === "EDQUOT" ? "the quota is used up" : "the disk is full"}`,
			{ cause },
		);
	if (code === "EACCES" || code === "EPERM" || code === "EROFS")
		return new LunarError(
			"STORE_UNWRITABLE",
			`cannot write to ${folder}: ${code === "EROFS" ? "it is read-only" : "permission denied"}`,
			{ cause },
		);
	if (code === "EIO")
		return new LunarError(
			"STORE_UNWRITABLE",
			`the disk of ${folder} has errors`,
			{ cause },
		);
	return cause;
}
