import { expect, it } from "vitest";
import { createProgressLine, describeDuration } from "./progress-line.ts";

function record(isInteractive: boolean): {
	terminal: Parameters<typeof createProgressLine>[0];
	written: string[];
} {
	const written: string[] = [];
	return {
		terminal: {
			out: () => {},
			err: (text) => written.push(text),
			isInteractive,
			columns: 70,
		},
		written,
	};
}

it("draws a live line with the time left, within the terminal's width", () => {
	const { terminal, written } = record(true);
	let nowMs = 0;
	const line = createProgressLine(terminal, () => nowMs);
	nowMs = 2000;
	line.onEvent({ type: "progress", step: "texture/project", fraction: 0.25 });
	expect(written.join("")).toContain(
		"25 %  baking the texture  about 6.0 s left",
	);
	for (const text of written) expect(text.length).toBeLessThan(80);
});

it("away from a terminal prints only finished steps and notices", () => {
	const { terminal, written } = record(false);
	const line = createProgressLine(terminal, () => 1000);
	line.onEvent({ type: "progress", step: "shape", fraction: 0.5 });
	line.onEvent({
		type: "step-done",
		step: "shape/bounds",
		fraction: 0.5,
		durationMs: 5,
	});
	line.onEvent({
		type: "step-done",
		step: "shape",
		fraction: 0.5,
		durationMs: 1234,
	});
	line.onEvent({
		type: "notice",
		notice: {
			code: "picture-blurred",
			severity: "warning",
			message: "a.jpg is blurred",
			remedy: "Hold still.",
		},
	});
	const text = written.join("");
	expect(text).toMatch(/^ {2}reconstructing +1\.2 s\n/);
	expect(text).toContain("! a.jpg is blurred\n    → Hold still.\n");
	expect(text).not.toContain("\u001b");
});

it.each([
	[12.4, "12 ms"],
	[4210, "4.2 s"],
	[190_000, "3 min 10 s"],
])("%d ms is %s", (ms, text) => expect(describeDuration(ms)).toBe(text));
