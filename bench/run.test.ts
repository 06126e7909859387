import { describe, expect, it } from "vitest";
import { median, medianTimes } from "./measure-time.ts";
import { CSV_HEADER, csvLine, markdownTable } from "./table.ts";
import { TASKS } from "./tasks/index.ts";

const SLOW = new Set(["end-to-end", "unwrap"]);

describe("bench", () => {
	it.each(TASKS.filter(({ name }) => !SLOW.has(name)))(
		"$name runs on its smallest case",
		async (task) => {
			const rows = await task.run("tiny");
			expect(rows.length).toBeGreaterThan(0);
			for (const row of rows) {
				expect(row.ms).toBeGreaterThan(0);
				expect(row.referenceMs).toBeGreaterThan(0);
				for (const value of Object.values(row.figures))
					expect(Number.isFinite(Number(value))).toBe(true);
			}
		},
	);

	it("names every verb once", () => {
		const names = TASKS.map(({ name }) => name);
		expect(new Set(names).size).toBe(names.length);
	});

	it("takes turns, and the first turn does not count", async () => {
		const order: string[] = [];
		const times = await medianTimes(
			2,
			() => order.push("a"),
			() => order.push("b"),
		);
		expect(order.join("")).toBe("ababab");
		expect(times).toHaveLength(2);
		expect(median([5, 1, 3])).toBe(3);
		expect(median([4, 1, 3, 2])).toBe(2.5);
	});

	it("writes one CSV cell per column, whatever the case is called", () => {
		const row = {
			case: 'a, "b"',
			ms: 1.2345,
			reference: "slow",
			referenceMs: 1234.5,
			figures: { share: 0.25, manifold: true },
		};
		const stamp = {
			date: "2026-01-02",
			commit: "abc",
			host: "one core",
			size: "full",
		};
		expect(csvLine(row, stamp)).toBe(
			'2026-01-02,abc,one core,full,"a, ""b""",1.23,slow,1235,0.00100,share 0.250; manifold yes',
		);
		expect(CSV_HEADER.split(",")).toHaveLength(10);
		expect(markdownTable("verb", [row])).toContain(
			"| 1.23 | slow | 1235 | 0.00100 | share 0.250, manifold yes |",
		);
	});
});
