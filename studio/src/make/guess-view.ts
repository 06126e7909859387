import { VIEW_NAMES, type ViewName } from "../../../src/core/view.ts";

/** Other words that photographers put into file names. */
const WORDS: Readonly<Record<string, ViewName>> = {
	...Object.fromEntries(VIEW_NAMES.map((name) => [name, name])),
	rear: "back",
	behind: "back",
	above: "top",
	below: "bottom",
	under: "bottom",
};

/** "shoe_Left-2.jpg" → "left"; undefined where the name says nothing, or two things. */
export function guessView(label: string): ViewName | undefined {
	const words = label
		.replace(/\.[^.]*$/, "")
		.replace(/([a-z])([A-Z])/g, "$1 $2")
		.toLowerCase()
		.split(/[^a-z]+/);
	const found = new Set(
		words.map((word) => WORDS[word]).filter((view) => view !== undefined),
	);
	return found.size === 1 ? [...found][0] : undefined;
}
