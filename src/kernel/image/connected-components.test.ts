import { expect, it } from "vitest";
import { connectedComponents } from "./connected-components.ts";

const parse = (rows: string[]) =>
	Uint8Array.from(rows.join(""), (c) => (c === "#" ? 1 : 0));

it("joins over corners only when asked", () => {
	const set = parse(["#..", ".#.", "..#"]);
	expect(connectedComponents(set, 3, 3, 8).components.length).toBe(1);
	expect(connectedComponents(set, 3, 3, 4).components.length).toBe(3);
});

it("measures each component and does not wrap round the border", () => {
	const set = parse([".....", "#...#", "#.#..", "....."]);
	const { components, labels } = connectedComponents(set, 5, 4);
	expect(components.map((c) => c.area)).toEqual([2, 1, 1]);
	expect(components[0]).toEqual({
		area: 2,
		minX: 0,
		minY: 1,
		maxX: 0,
		maxY: 2,
		centreX: 0.5,
		centreY: 2,
		borderCount: 2,
	});
	expect(components[2].borderCount).toBe(0);
	expect(labels[2 * 5 + 2]).toBe(2);
	expect(labels[0]).toBe(-1);
});
