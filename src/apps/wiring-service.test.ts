import { expect, test } from "vitest";
import { hostPlan } from "./wiring-service.ts";

const GB = 2 ** 30;
const plan = (
	cores: number,
	gigabytes: number,
	count?: number,
): readonly [number, number] => {
	const { count: hosts, threads } = hostPlan(
		{ count, memoryMB: 4096 },
		{ cores, memoryBytes: gigabytes * GB },
	);
	return [hosts, threads];
};

test("hosts by cores and memory, with the cores shared among them", () => {
	expect(plan(2, 23)).toEqual([1, 2]);
	expect(plan(1, 1)).toEqual([1, 1]);
	expect(plan(16, 128)).toEqual([8, 2]);
	expect(plan(64, 256)).toEqual([8, 8]);
	expect(plan(16, 12)).toEqual([2, 8]);
	expect(plan(4, 16, 3)).toEqual([3, 1]);
});
