import { basename, extname } from "node:path";
import { VIEW_NAMES, type ViewName } from "../../core/view.ts";

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
