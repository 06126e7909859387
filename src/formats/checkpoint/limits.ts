import { LunarError } from "../../core/errors.ts";
import { elementCount } from "./checkpoint.ts";

/** What a reader accepts before it gives up on a file. */
export const CHECKPOINT_LIMITS = {
	headerBytes: 104_857_600, // 100 MB
	pickleBytes: 67_108_864, // 64 MB
	tensors: 100_000,
	axes: 32,
} as const;

/** Elements of a shape; refuses shapes whose bytes no file can hold. */
export function safeElementCount(
	name: string,
	shape: readonly number[],
): number {
	const count = elementCount(shape);
	if (
		shape.length > CHECKPOINT_LIMITS.axes ||
		!(count >= 0 && count <= 2 ** 46)
	)
		throw new LunarError(
			"CHECKPOINT_UNREADABLE",
			`tensor ${name} of shape [${shape.slice(0, 8).join(", ")}${shape.length > 8 ? ", …" : ""}] is too large`,
		);
	return count;
}
