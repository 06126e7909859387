import {
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { LunarError } from "../../core/errors.ts";
import { createLogger } from "./create-logger.ts";
import { openLogFile } from "./open-log-file.ts";

const folder = mkdtempSync(join(tmpdir(), "lunar-log-"));
afterAll(() => rmSync(folder, { recursive: true }));

function collect(form: "json" | "human") {
	const lines: string[] = [];
	const sink = { form, write: (line: string) => void lines.push(line) };
	return { lines, sink };
}

describe("createLogger", () => {
	it("writes JSON lines with time, level and fields, of its parents too", () => {
		const { lines, sink } = collect("json");
		const log = createLogger({ level: "info", sinks: [sink], now: () => 0 });
		log.debug("not shown");
		log
			.child({ jobId: "job_1" })
			.child({ attempt: 2 })
			.warn("host lost", {
				level: "x",
				error: new LunarError("HOST_LOST", "exit 137"),
			});
		expect(lines).toHaveLength(1);
		expect(JSON.parse(lines[0])).toMatchObject({
			time: "1970-01-01T00:00:00.000Z",
			level: "warn",
			level_: "x",
			message: "host lost",
			jobId: "job_1",
			attempt: 2,
			error: { code: "HOST_LOST", message: "exit 137" },
		});
	});

	it("writes one readable line for people, whatever the message holds", () => {
		const { lines, sink } = collect("human");
		createLogger({ level: "info", sinks: [sink], now: () => 0 }).info(
			"picture a\n\u001b[2Jb.png",
			{ jobId: "job_1", title: "two words", count: 3 },
		);
		expect(lines).toEqual([
			'00:00:00 info  picture a\u{fffd}\u{fffd}[2Jb.png  jobId=job_1  title="two words"  count=3\n',
		]);
	});

	const SECRET = "s3cr3tVALUEs3cr3tVALUEs3cr3tVALUE";
	const cause = new Error(`GET https://u:${SECRET}@h/p?sig=${SECRET} failed`);
	it.each<[string, string, Record<string, unknown>]>([
		["a bearer in a text", `sent Authorization: Bearer ${SECRET}`, {}],
		["basic in a text", `Basic ${SECRET}`, {}],
		["a webhook secret in a text", `signed with whsec_${SECRET}`, {}],
		["an API key in a text", `key lunar_${SECRET} refused`, {}],
		["user and password of a URL", `to https://u:${SECRET}@host/x`, {}],
		["only a user", `to https://${SECRET}@host/x`, {}],
		[
			"a signed link",
			`GET /v1/jobs/j/files/m.glb?expires=1&signature=${SECRET}`,
			{},
		],
		["a token in a query", `http://h/x?token=${SECRET}&limit=3`, {}],
		["a bare query", `http://h/x?${SECRET}`, {}],
		["a fragment", `http://h/x#${SECRET}`, {}],
		["a database URL", `postgres://nova:${SECRET}@db/lunar`, {}],
		[
			"headers",
			"",
			{ headers: { authorization: SECRET, "x-api-key": SECRET } },
		],
		["a cookie", "", { request: { headers: { Cookie: `a=${SECRET}` } } }],
		["a key", "", { key: SECRET, apiKey: SECRET, keys: [SECRET] }],
		[
			"a webhook",
			"",
			{ webhook: { secret: SECRET, url: `https://h/?k=${SECRET}` } },
		],
		["the config", "", { config: { webhooks: { secret: `whsec_${SECRET}` } } }],
		["within a list", "", { urls: [`https://u:${SECRET}@h`] }],
		[
			"an error and its cause",
			"",
			{ error: new Error(cause.message, { cause }) },
		],
		[
			"an environment",
			"",
			{ env: { HF_TOKEN: SECRET, LUNAR_WEBHOOKS_SECRET: SECRET } },
		],
	])("hides %s", (_name, message, fields) => {
		for (const form of ["json", "human"] as const) {
			const { lines, sink } = collect(form);
			const log = createLogger({ level: "debug", sinks: [sink] });
			log.info(message, fields);
			log.child(fields).error("again");
			expect(lines).toHaveLength(2);
			expect(lines.join("")).not.toContain(SECRET);
		}
	});

	it.each(["/", "a.", "a://", "Bearer ", "/?", "a=&"])(
		"cuts very long texts of %j",
		(part) => {
			const { lines, sink } = collect("json");
			createLogger({ level: "info", sinks: [sink] }).info(part.repeat(200_000));
			expect(lines[0].length).toBeLessThan(40_000);
		},
	);

	it("survives cycles, depth, bytes and odd values", () => {
		const { lines, sink } = collect("json");
		const cycle: Record<string, unknown> = {
			big: 1n,
			bytes: new Uint8Array(9),
		};
		cycle.self = cycle;
		createLogger({ level: "info", sinks: [sink] }).info("x", {
			cycle,
			none: undefined,
			call: () => 1,
			number: Number.NaN,
		});
		expect(JSON.parse(lines[0]).cycle.bytes).toBe("[9 bytes]");
		expect(lines[0].length).toBeLessThan(2000);
	});
});

describe("openLogFile", () => {
	it("rotates by size and keeps so many files, none readable for others", () => {
		const path = join(folder, "a");
		const file = openLogFile(path, { maxBytes: 100, keep: 3 });
		for (let k = 0; k < 40; k++) file.write(`${String(k).padStart(29)}\n`);
		file.close();
		expect(readdirSync(path).sort()).toEqual([
			"lunar.1.log",
			"lunar.2.log",
			"lunar.log",
		]);
		const numbers = ["lunar.2.log", "lunar.1.log", "lunar.log"].flatMap(
			(name) =>
				readFileSync(join(path, name), "utf8").trim().split(/\s+/).map(Number),
		);
		expect(numbers).toEqual([33, 34, 35, 36, 37, 38, 39]);
		for (const name of readdirSync(path))
			expect(statSync(join(path, name)).size).toBeLessThanOrEqual(100);
		expect(statSync(join(path, "lunar.log")).mode & 0o077).toBe(0);
	});

	it("goes on in the file of the last run", () => {
		const path = join(folder, "b");
		for (const text of ["one\n", "two\n"]) {
			const file = openLogFile(path, { maxBytes: 100, keep: 2 });
			file.write(text);
			file.close();
		}
		expect(readFileSync(join(path, "lunar.log"), "utf8")).toBe("one\ntwo\n");
	});

	it("never throws; counts what was lost and says so later", () => {
		const path = join(folder, "c");
		writeFileSync(path, "a file where the folder should be");
		let time = 0;
		const file = openLogFile(path, { maxBytes: 999, keep: 2, now: () => time });
		file.write("one\n");
		file.write("two\n");
		rmSync(path);
		time += 6000;
		file.write("three\n");
		file.close();
		const lines = readFileSync(join(path, "lunar.log"), "utf8").split("\n");
		expect(JSON.parse(lines[0])).toMatchObject({ level: "warn", lostLines: 2 });
		expect(lines[1]).toBe("three");
	});
});
