import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { exampleConfig, listConfig } from "./describe-config.ts";
import { loadConfig } from "./load-config.ts";
import { SETTINGS } from "./settings.ts";

const folder = mkdtempSync(join(tmpdir(), "lunar-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

const NO_ENV = { HOME: "/home/nova" };

function write(text: string, name = "a.yaml"): string {
	const path = join(folder, name);
	writeFileSync(path, text);
	return path;
}

async function messageOf(work: Promise<unknown>): Promise<string> {
	const error = await work.then(
		() => undefined,
		(thrown) => thrown,
	);
	expect(error).toMatchObject({ code: "CONFIG_INVALID" });
	return (error as Error).message;
}

describe("loadConfig", () => {
	it("has a default for everything", async () => {
		const { config, file, givenBy } = await loadConfig({
			env: NO_ENV,
			cwd: folder,
		});
		expect(file).toBeUndefined();
		expect(givenBy.size).toBe(0);
		expect(config).toMatchObject({
			host: "127.0.0.1",
			port: 8000,
			dataPath: "/home/nova/.local/share/lunar-nova",
			uploads: { maxFileBytes: 20_000_000 },
		});
	});

	it("lets the environment win over the file, and flags over both, and knows who won", async () => {
		const file = write(
			"port: 1001\nlog:\n  level: warn\n  keep: 7\nuploads:\n  maxFileBytes: 3MB\n  maxRequestBytes: 1 GiB\n",
		);
		const loaded = await loadConfig({
			file,
			env: {
				...NO_ENV,
				LUNAR_PORT: "1002",
				LUNAR_LOG_LEVEL: "error",
				LUNAR_TRUST_PROXY: "yes",
				LUNAR_FETCH_ALLOW_HOSTS: "10.0.0.0/8, shop.local",
				LUNAR_HOST: "",
			},
			flags: { port: 1003, host: undefined },
		});
		expect(loaded.config).toMatchObject({
			host: "127.0.0.1",
			port: 1003,
			trustProxy: true,
			fetch: { allowHosts: ["10.0.0.0/8", "shop.local"] },
			log: { level: "error", keep: 7 },
			uploads: { maxFileBytes: 3_000_000, maxRequestBytes: 2 ** 30 },
		});
		const from = Object.fromEntries(
			listConfig(loaded).map((setting) => [setting.path, setting.from]),
		);
		expect(from).toMatchObject({
			host: "default",
			port: "--port",
			"log.level": "LUNAR_LOG_LEVEL",
			"log.keep": `${file}:4`,
		});
	});

	it("names every wrong key with its line, its value and what is allowed", async () => {
		const file = write(
			"port: 99999\nhsot: x\nuploads:\n  maxFileBytes: 0\n  maxSize: 3\nlog: { level: loud }\nfetch: 5\nstorage:\n  path: /x\n",
		);
		const message = await messageOf(loadConfig({ file, env: NO_ENV }));
		for (const expected of [
			`${file}:1: port is 99999; it must be a whole number from 0 to 65535`,
			`${file}:2: there is no setting hsot; did you mean host?`,
			`${file}:4: uploads.maxFileBytes is 0; `,
			`${file}:5: there is no setting uploads.maxSize`,
			`${file}:6: log.level is "loud"; it must be one of debug, info, warn, error`,
			`${file}:7: fetch is a section`,
			`${file}:9: there is no setting storage`,
		])
			expect(message).toContain(expected);
	});

	it.each([
		["LUNAR_PORT", "tcp://10.0.0.1:8000", /^LUNAR_PORT: port is "tcp:/],
		["LUNAR_PORT", "0x10", /^LUNAR_PORT: port is "0x10"/],
		["LUNAR_PROT", "1", /LUNAR_PROT.*did you mean LUNAR_PORT/],
		["LUNAR_UPLOADS_MAXIMUM", "1", /LUNAR_UPLOADS_MAXIMUM/],
		["LUNAR_TRUST_PROXY", "perhaps", /true or false/],
		["LUNAR_WEBHOOKS_SECRET_FILE", "/no/such/file", /ENOENT/],
	])("refuses %s=%s", async (name, value, message) => {
		expect(
			await messageOf(
				loadConfig({ env: { ...NO_ENV, [name]: value }, cwd: folder }),
			),
		).toMatch(message);
	});

	it("leaves variables to others that only share the beginning", async () => {
		await loadConfig({
			env: {
				...NO_ENV,
				LUNAR_SERVICE_HOST: "10.0.0.1",
				LUNAR_REMBG_URL: "x",
				LUNAR_SERVER: "x",
				LUNAR_API_KEY: "x",
				LUNAR_JOB_WEBHOOK_SECRET: "x",
			},
			cwd: folder,
		});
	});

	it.each([
		["port: [1", /a\.yaml:1: /],
		["port: 1\nport: 2", /a\.yaml:2: /],
		["- port", /holds no keys/],
		["uploads: { maxFileBytes: 2GB }", /must not exceed uploads\.maxRequestB/],
		["hosts: { softLimitSeconds: 2000 }", /must not exceed hosts\.hardLimit/],
		["x: &a [*a]", /there is no setting x/],
		["uploads: { a: { b: 1 } }", /there is no setting uploads\.a/],
		["__proto__: { polluted: 1 }", /no setting __proto__/],
	])("refuses the file %j", async (text, message) => {
		expect(
			await messageOf(loadConfig({ file: write(text), env: NO_ENV })),
		).toMatch(message);
		expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
	});

	it("never shows a secret, not even a wrong one", async () => {
		const wrong = await messageOf(
			loadConfig({
				env: {
					...NO_ENV,
					LUNAR_WEBHOOKS_SECRET: "hunter2",
					LUNAR_WEBHOOKS_URL: "ftp://nova:hunter2@host/x?token=hunter2",
				},
				cwd: folder,
			}),
		);
		expect(wrong).not.toContain("hunter2");
		const secret = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
		const loaded = await loadConfig({
			env: {
				...NO_ENV,
				LUNAR_WEBHOOKS_SECRET_FILE: write(`${secret}\n`, "secret"),
				LUNAR_WEBHOOKS_URL: "https://nova:hunter2@host/x?token=hunter2",
			},
			cwd: folder,
		});
		expect(loaded.config.webhooks.secret).toBe(secret);
		const shown = JSON.stringify(listConfig(loaded));
		expect(shown).not.toContain("hunter2");
		expect(shown).not.toContain(secret.slice(6));
		expect(shown).toContain("https://host/x");
	});

	it("asks for keys where a proxy publishes a server on loopback", async () => {
		const load = async (env: Record<string, string>) =>
			(await loadConfig({ env: { ...NO_ENV, ...env }, cwd: folder })).config
				.apiKeysRequired;
		const LUNAR_PUBLIC_URL = "https://3d.example.com";
		expect(await load({})).toBeUndefined();
		expect(await load({ LUNAR_PUBLIC_URL })).toBe(true);
		expect(
			await load({ LUNAR_PUBLIC_URL: "http://localhost:9" }),
		).toBeUndefined();
		expect(
			await load({ LUNAR_PUBLIC_URL, LUNAR_API_KEYS_REQUIRED: "false" }),
		).toBe(false);
	});

	it("finds lunar.config.json in the working folder; its relative dataPath is beside it", async () => {
		const file = write('{ "dataPath": "data" }', "lunar.config.json");
		const loaded = await loadConfig({ env: NO_ENV, cwd: folder });
		rmSync(file);
		expect(loaded.file).toBe(file);
		expect(loaded.config.dataPath).toBe(join(folder, "data"));
		expect(
			(await loadConfig({ env: NO_ENV, cwd: "/", flags: { dataPath: "d" } }))
				.config.dataPath,
		).toBe("/d");
	});

	it("has an example that is right, as it stands and with every default uncommented", async () => {
		const { config: defaults } = await loadConfig({ env: NO_ENV, cwd: folder });
		const example = exampleConfig();
		const keys = new Set(SETTINGS.map(({ path }) => path.split(".").at(-1)));
		for (const { path, variable } of SETTINGS) {
			expect(example).toContain(`# ${path.split(".").at(-1)}:`);
			expect(example).toContain(`[${variable}]`);
		}
		for (const text of [
			example,
			example.replace(/^( *)# (\w+)(: \S.*)$/gm, (line, indent, key, rest) =>
				keys.has(key) ? `${indent}${key}${rest}` : line,
			),
		]) {
			const loaded = await loadConfig({ file: write(text), env: NO_ENV });
			expect(loaded.config).toEqual(defaults);
		}
	});
});
