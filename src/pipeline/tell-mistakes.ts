import type { RunContext } from "../core/run-context.ts";
import type { Mistakes, Seems } from "./find-mistakes.ts";

/** Tells which views contradict the others, what they seem to be, and what was done about it. */
export function tellMistakes(
	labels: readonly string[],
	{ exchanged, or, odd }: Mistakes,
	leftOut: ReadonlySet<number>,
	nameOfPlace: (place: number) => string,
	ctx: RunContext,
): void {
	for (const [a, b] of exchanged)
		ctx.notice({
			code: "views-exchanged",
			severity: "warning",
			message:
				`${labels[a]} and ${labels[b]} contradict the other views, and all agree once they change places: they were used that way` +
				(or
					? `. With ${labels[or[0]]} and ${labels[or[1]]} exchanged instead they agree as well: that is the same object, turned`
					: ""),
			remedy: `Check the names of ${[a, b, ...(or ?? [])].map((v) => labels[v]).join(", ")}.`,
			label: labels[b],
		});
	for (const { view, seems } of odd)
		ctx.notice({
			code: leftOut.has(view) ? "view-left-out" : "view-renamed",
			severity: "warning",
			message:
				`${labels[view]} contradicts the other views and was ` +
				(leftOut.has(view) ? "left out" : "used as another side") +
				`: ${guess(seems, nameOfPlace)}`,
			remedy:
				"Check that this view carries the right name or camera, is neither mirrored nor turned, and shows the same object in the same pose.",
			label: labels[view],
		});
}

function guess(
	seems: readonly Seems[],
	nameOfPlace: (place: number) => string,
): string {
	const guesses = seems.map((one) =>
		one.kind === "mirrored"
			? "looks mirrored"
			: one.kind === "turned"
				? `looks turned by ${one.degrees}° clockwise`
				: `fits as ${nameOfPlace(one.place)}`,
	);
	return guesses.length === 0
		? "the others agree without it, and it fits nowhere"
		: `it ${guesses.join(", or ")}`;
}
