import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { JobFile } from "../../service/job.ts";
import { someJob } from "../../service/webhook/job.test-support.ts";
import { checkPlan, downloadResult } from "./download-result.ts";
import type { ShownJob } from "./jobs-door.ts";
import { planOutput } from "./output-plan.ts";
import type { ServerClient } from "./server-client.ts";

const CONTENT: Record<string, string> = {
	"model.glb": "glb",
	"model.usdz": "usdz",
	"previews/hero.png": "png",
};

function fileOf(name: string, text = CONTENT[name]): JobFile {
	return {
		name,
		role: "model",
		sha256: createHash("sha256").update(text).digest("hex"),
		sizeBytes: text.length,
		mimeType: "x/y",
	};
}

function jobWith(files: readonly JobFile[]): ShownJob {
	return { ...someJob({ files }), outlook: {} };
}

const client = {
	bytes: async (path: string) =>
		new TextEncoder().encode(
			CONTENT[decodeURIComponent(path).split("/files/")[1]],
		),
} as ServerClient;

const ALL = jobWith(Object.keys(CONTENT).map((name) => fileOf(name)));
const scratch = (): string => mkdtempSync(join(tmpdir(), "lunar-download-"));

describe("downloadResult", () => {
	it("puts everything into a folder", async () => {
		const folder = join(scratch(), "new");
		await downloadResult(client, ALL, planOutput(folder, undefined, "x"));
		for (const [name, text] of Object.entries(CONTENT))
			expect(readFileSync(join(folder, name), "utf8")).toBe(text);
	});

	it("puts one model under the name that was asked for", async () => {
		const folder = scratch();
		await downloadResult(
			client,
			ALL,
			planOutput(join(folder, "shoe.glb"), "usdz", "x"),
		);
		expect(readdirSync(folder).sort()).toEqual(["shoe.glb", "shoe.usdz"]);
		expect(() =>
			checkPlan(planOutput(join(folder, "shoe.obj"), undefined, "x")),
		).toThrow("companions");
	});

	it.each([
		"../evil.sh",
		"/etc/passwd",
		"a/../../b",
		"C:\\evil",
		"a\\b",
		"a//b",
		"./a",
		"a\u0000b",
		"",
	])("does not trust a server with the name %j", async (name) => {
		const folder = scratch();
		await expect(
			downloadResult(
				client,
				jobWith([fileOf("model.glb"), fileOf(name, "evil")]),
				planOutput(folder, undefined, "x"),
			),
		).rejects.toMatchObject({ code: "SERVER_UNREACHABLE" });
		expect(readdirSync(folder)).toEqual([]);
	});

	it("writes nothing when a file is damaged or missing", async () => {
		const folder = join(scratch(), "new");
		const damaged = jobWith([
			fileOf("model.glb"),
			fileOf("model.usdz", "other"),
		]);
		await expect(
			downloadResult(client, damaged, planOutput(folder, undefined, "x")),
		).rejects.toMatchObject({ code: "SERVER_UNREACHABLE" });
		await expect(
			downloadResult(client, jobWith([]), planOutput(folder, undefined, "x")),
		).rejects.toMatchObject({ code: "FILE_UNKNOWN" });
		expect(existsSync(folder)).toBe(false);
	});
});
