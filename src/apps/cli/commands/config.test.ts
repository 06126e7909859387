import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { configCommand } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "lunar-config-command-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]): Promise<{ code: number; out: string }> {
	let out = "";
	const terminal = {
		out: (text: string) => {
			out += text;
		},
		err: () => {},
		isInteractive: false,
		columns: 80,
	};
	return { code: await configCommand.run(args, terminal), out };
}

describe("lunar config", () => {
	it("shows every setting with where it comes from, also as JSON", async () => {
		const file = join(folder, "a.yaml");
		writeFileSync(file, "stopGraceSeconds: 5\n");
		const text = await run("--config", file, "--port", "9");
		expect(text.out).toMatch(/^port +9 +--port$/m);
		expect(text.out).toContain(`${file}:1`);
		const { settings } = JSON.parse(
			(await run("--config", file, "--port", "9", "--json")).out,
		);
		expect(
			settings.find(({ path }: { path: string }) => path === "port"),
		).toEqual({
			path: "port",
			value: 9,
			from: "--port",
			variable: "LUNAR_PORT",
		});
	});

	it("checks its own example", async () => {
		const file = join(folder, "example.yaml");
		writeFileSync(file, (await run("example")).out);
		expect(await run("check", file)).toMatchObject({ code: 0 });
		writeFileSync(file, "port: x\n");
		await expect(run("check", file)).rejects.toMatchObject({
			code: "CONFIG_INVALID",
		});
	});

	it.each([["chekc", "x"], ["check"], ["example", "x"]])(
		"refuses %s %s",
		async (...args) => {
			await expect(run(...args)).rejects.toMatchObject({
				code: "OPTION_INVALID",
			});
		},
	);
});
