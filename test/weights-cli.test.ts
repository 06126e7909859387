import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startHub } from "./fake-hub.ts";
import { runLunar, scratchFolder } from "./run-lunar.ts";

const TRIPOSR =
	"/stabilityai/TripoSR/resolve/5b521936b01fbe1890f6f9baed0254ab6351c04a";
const U2NETP_BYTES = 4_574_861;

/** Empty caches, and a hub that is ours. */
function environment(url = "http://127.0.0.1:1"): Record<string, string> {
	const home = scratchFolder();
	return {
		HOME: home,
		XDG_CACHE_HOME: join(home, "cache"),
		XDG_DATA_HOME: join(home, "data"),
		HF_HOME: join(home, "hf"),
		HF_HUB_CACHE: "",
		HF_TOKEN: "",
		U2NET_HOME: join(home, "u2net"),
		HF_ENDPOINT: url,
		LUNAR_REMBG_URL: url,
		MODEL_CHECKSUM_DISABLED: "",
	};
}

describe("lunar weights", () => {
	it("lists what there is, with licence and state", async () => {
		const env = environment();
		const { code, out } = await runLunar(["weights", "list", "--json"], {
			env,
		});
		expect(code).toBe(0);
		const listed = JSON.parse(out) as {
			name: string;
			status: string;
			sizeBytes: number;
			licence: { commercial: string };
		}[];
		expect(listed.find(({ name }) => name === "triposr")).toMatchObject({
			status: "missing",
			sizeBytes: 1_677_247_729,
			licence: { commercial: "yes" },
		});
		expect(
			listed.find(({ name }) => name === "bria-rmbg")?.licence.commercial,
		).toBe("no");
	});

	it("refuses what it does not know, before asking anybody", async () => {
		const env = environment();
		for (const [args, words] of [
			[["pull"], "takes a NAME"],
			[["pull", "tripsr"], "triposr"],
			[["fetch"], "pull"],
		] as const) {
			const { code, err } = await runLunar(["weights", ...args], { env });
			expect(code).toBe(2);
			expect(err).toContain(words);
		}
	});

	it("throws away what is not the published file", async () => {
		await using hub = await startHub({
			[`${TRIPOSR}/config.yaml`]: [{ bytes: new Uint8Array(987) }],
		});
		const env = environment(hub.url);
		const { code, out } = await runLunar(
			["weights", "pull", "triposr", "--json"],
			{ env },
		);
		expect(code).toBe(3);
		const lines = out
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line));
		expect(lines[0]).toMatchObject({
			weights: "triposr",
			type: "start",
			file: "config.yaml",
			sizeBytes: 987,
		});
		expect(lines.at(-1)).toMatchObject({
			type: "error",
			error: { code: "WEIGHTS_CORRUPT" },
		});
		expect(hub.requests.length).toBe(1);
	});

	it("stops on Ctrl-C, and goes on later", async () => {
		const half = new Uint8Array(U2NETP_BYTES);
		await using hub = await startHub({
			"/v0.0.0/u2netp.onnx": [
				{ bytes: half, etag: '"one"', stallAfter: 2_000_000 },
			],
		});
		const env = environment(hub.url);
		let asked = false;
		const stopped = await runLunar(["weights", "pull", "u2netp", "--json"], {
			env,
			onOutput: (text, kill) => {
				if (asked || !text.includes('"received"')) return;
				asked = true;
				kill("SIGINT");
			},
		});
		expect(stopped.code).toBe(130);
		expect(
			existsSync(join(env.U2NET_HOME, "u2netp.onnx.lunar-incomplete.lock")),
		).toBe(false);
		const { out } = await runLunar(["weights", "pull", "u2netp", "--dry-run"], {
			env,
		});
		expect(out).toMatch(/would go on: [1-4]\.\d MB/);
		expect(
			readFileSync(
				join(env.U2NET_HOME, "u2netp.onnx.lunar-incomplete.etag"),
				"utf8",
			),
		).toBe('"one"');
	});

	it("finds damage, and generate says what to run", async () => {
		const env = environment();
		mkdirSync(env.U2NET_HOME, { recursive: true });
		writeFileSync(
			join(env.U2NET_HOME, "u2netp.onnx"),
			new Uint8Array(U2NETP_BYTES),
		);
		const verified = await runLunar(["weights", "verify"], { env });
		expect(verified.code).toBe(3);
		expect(verified.out).toContain("lunar weights pull u2netp");
		const generated = await runLunar(
			[
				"generate",
				"examples/cow/front.png",
				"--background",
				"u2netp",
				"-o",
				join(env.HOME, "out"),
			],
			{ env },
		);
		expect(generated.code).toBe(3);
		expect(generated.err).toContain("lunar weights pull u2netp");
		const removed = await runLunar(["weights", "remove", "u2netp"], { env });
		expect(removed.out).toContain("4.6 MB freed");
		expect(existsSync(join(env.U2NET_HOME, "u2netp.onnx"))).toBe(false);
	});
});
