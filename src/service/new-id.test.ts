import { expect, test } from "vitest";
import { createIdMaker } from "./new-id.ts";

test("ids sort by when they were made, also while the clock is set back", () => {
	let clock = 1_700_000_000_000;
	const newId = createIdMaker("job_", () => clock);
	const first = newId();
	clock += 1;
	const second = newId();
	clock -= 1_000_000;
	const third = newId();
	expect(first).toMatch(/^job_[0-9A-HJKMNP-TV-Z]{26}$/);
	expect(first < second).toBe(true);
	expect(third.slice(0, 14)).toBe(second.slice(0, 14));
	expect(third).not.toBe(second);
});
