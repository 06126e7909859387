import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LunarError } from "../../core/errors.ts";
import type { EngineHost, HostReport, HostWork } from "./engine-host.ts";

/** Generous: a real host is a process that has to start. */
const PATIENT = { timeout: 60_000 };

/** What every engine host must do; each test gets a new one. */
export function engineHostContract(
	name: string,
	open: () => Promise<{
		readonly host: EngineHost;
		/** Ends soon, made by the engine 'relief'. */
		readonly quick: HostWork;
		/** Goes on for minutes, listens to cancel, and says how far it is. */
		readonly long: HostWork;
	}>,
): void {
	describe(name, () => {
		let opened: Awaited<ReturnType<typeof open>>;
		let reports: HostReport[];
		beforeEach(async () => {
			opened = await open();
			reports = [];
		});
		afterEach(() => opened.host.close());

		/** Settles once the long work is in the middle of something, with how it will end. */
		const begin = async (): Promise<{ readonly end: Promise<unknown> }> => {
			const end = opened.host
				.run(opened.long, (report) => reports.push(report))
				.then(
					() => "done",
					(error: unknown) => error,
				);
			await expect
				.poll(() => reports.some(({ type }) => type === "progress"), PATIENT)
				.toBe(true);
			return { end };
		};
		const runQuick = (): ReturnType<EngineHost["run"]> =>
			opened.host.run(opened.quick, () => {});

		test("one piece after the other; what made it stays warm", async () => {
			const { host } = opened;
			expect(host.isWarm("relief")).toBe(false);
			const { outcome, files } = await runQuick();
			expect(outcome.engine).toBe("relief");
			expect(files.map(({ role }) => role)).toContain("model");
			expect(host.isWarm("relief")).toBe(true);
			expect(host.status()).toMatchObject({ id: host.id, state: "idle" });
			await runQuick();
		});

		test("says what it works on, and takes no second piece meanwhile", async () => {
			const { end } = await begin();
			expect(opened.host.status()).toMatchObject({
				state: "busy",
				jobId: opened.long.jobId,
			});
			await expect(runQuick()).rejects.toThrow(TypeError);
			opened.host.cancel();
			await end;
		});

		test("stops when it is asked to, and goes on with the next", async () => {
			const { end } = await begin();
			opened.host.cancel();
			expect(await end).toMatchObject({ code: "CANCELLED" });
			await runQuick();
		});

		test("ends at once when it is killed, with the reason it was given, and goes on", async () => {
			const { end } = await begin();
			opened.host.kill(new LunarError("TIME_LIMIT", "too long"));
			expect(await end).toMatchObject({ code: "TIME_LIMIT" });
			await runQuick();
		});

		test("what runs when it is closed was lost", async () => {
			const { end } = await begin();
			await opened.host.close();
			expect(await end).toMatchObject({ code: "HOST_LOST" });
		});
	});
}
