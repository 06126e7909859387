import { expect, test } from "vitest";
import { createMachineReader, parseGpus } from "./machine.ts";

test("what nvidia-smi says, also where it does not know", () => {
	expect(
		parseGpus("NVIDIA H100 80GB HBM3, 81559, 4\nOld Card, [N/A], [N/A]\n"),
	).toEqual([
		{
			name: "NVIDIA H100 80GB HBM3",
			memoryBytes: 81559 * 2 ** 20,
			usedBytes: 4 * 2 ** 20,
		},
		{ name: "Old Card" },
	]);
	expect(parseGpus("")).toEqual([]);
});

test("the figures of this machine are possible ones", async () => {
	const machine = createMachineReader();
	const { cores, load } = machine.cpu();
	expect(cores).toBeGreaterThan(0);
	expect(load).toBeGreaterThanOrEqual(0);
	expect(load).toBeLessThanOrEqual(1);
	const { totalBytes, freeBytes, serverBytes } = await machine.memory();
	expect(freeBytes).toBeLessThan(totalBytes);
	expect(serverBytes).toBeLessThan(totalBytes);
	const disk = await machine.disk(".");
	expect(disk.freeBytes).toBeLessThanOrEqual(disk.totalBytes);
	expect(machine.gpus()).toBeInstanceOf(Array);
});
