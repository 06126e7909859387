import { LunarError } from "../core/errors.ts";
import type { Photo } from "../core/photo.ts";
import type { Notice } from "../core/run-context.ts";
import type { FoundObject } from "./choose-object.ts";

/**
 * Says which objects a picture shows and which of them was taken. Throws OBJECT_UNKNOWN for a
 * number that none has.
 */
export function tellObjects(
	{ label, image, source }: Photo,
	objects: readonly FoundObject[],
	/** What the user asked for. */
	asked: number | undefined,
): Notice[] {
	const count = objects.length;
	const described = objects.map(
		({ box }, k) => `${k + 1} (${placeOf(box, image)})`,
	);
	if (asked !== undefined && asked > count)
		throw new LunarError(
			"OBJECT_UNKNOWN",
			`--object ${asked}: ${label} shows ${count === 1 ? "one object only" : `${count} objects: ${described.join(", ")}`}`,
		);
	if (asked !== undefined)
		return [
			{
				code: "object-chosen",
				severity: "info",
				message: `Object ${described[asked - 1]} of ${count} in ${label} was taken, as asked.`,
				label,
			},
		];
	if (count < 2) return [];
	const scale = source.width / image.width;
	const { left, top, right, bottom } = objects[1].box;
	const box = [left, top, right - left, bottom - top].map((v) =>
		Math.round(v * scale),
	);
	return [
		{
			code: "several-objects",
			severity: "warning",
			message: `${label} shows ${count} objects: ${described.join(", ")}. Number 1, the large one near the middle, was taken`,
			remedy: `--object 2 takes the next, --box ${box.join(",")} marks it by hand; or photograph one object alone.`,
			label,
		},
	];
}

/** "upper left", "middle", … */
function placeOf(
	{ left, top, right, bottom }: FoundObject["box"],
	{ width, height }: Photo["image"],
): string {
	const u = (left + right) / 2 / width;
	const v = (top + bottom) / 2 / height;
	const across = u < 0.4 ? "left" : u > 0.6 ? "right" : "";
	const down = v < 0.35 ? "upper" : v > 0.65 ? "lower" : "";
	if (across === "") return down === "" ? "middle" : `${down} middle`;
	return down === "" ? across : `${down} ${across}`;
}
