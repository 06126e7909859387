import { expect, it } from "vitest";
import type { Notice } from "../core/run-context.ts";
import { mergeNotices } from "./merge-notices.ts";

const notice = (code: string, label?: string): Notice => ({
	code,
	severity: "info",
	message: `${label ?? "run"} is ${code}`,
	...(label === undefined ? {} : { label }),
});

it("says the same thing once, and names or counts the other pictures", () => {
	const many = Array.from({ length: 7 }, (_, k) => notice("small", `${k}.png`));
	expect(
		mergeNotices([
			notice("dark", "a.png"),
			...many,
			notice("late"),
			notice("dark", "b.png"),
		]).map(({ message }) => message),
	).toEqual([
		"a.png is dark; so with b.png",
		"0.png is small; so with 1.png, 2.png, 3.png, 4.png and 2 more",
		"run is late",
	]);
});
