import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { validateGlb } from "../src/formats/glb/validate-glb.ts";
import { readModel } from "../src/formats/read-model.ts";
import { measureTopology } from "../src/kernel/mesh/topology.ts";
import { COW, ROOT, runLunar, scratchFolder } from "./run-lunar.ts";

const RUN = ["generate", COW, "--quality", "fast", "--preview-first"];

async function expectPreview(file: string): Promise<void> {
	const bytes = readFileSync(file);
	expect((await validateGlb(bytes)).errors).toBe(0);
	const { mesh } = (await readModel(bytes)).parts[0];
	const { watertight, manifold } = measureTopology(mesh);
	expect({ watertight, manifold }).toEqual({
		watertight: true,
		manifold: true,
	});
	expect(mesh.indices.length / 3).toBeLessThanOrEqual(20_000);
}

describe("lunar generate --preview-first", () => {
	it("writes a valid, closed preview before the result, and says so", async () => {
		const folder = scratchFolder();
		const preview = join(folder, "cow.preview.glb");
		let there: boolean | undefined;
		const { code, out } = await runLunar(
			[...RUN, "--json", "-o", join(folder, "cow.glb")],
			{
				onOutput: (text) => {
					if (there === undefined && text.includes('"type":"preview"'))
						there = existsSync(preview) && !existsSync(join(folder, "cow.glb"));
				},
			},
		);
		expect(code).toBe(0);
		expect(there).toBe(true);
		const lines = out
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line));
		const line = lines.find(({ type }) => type === "preview");
		expect(line.file).toBe(preview);
		expect(line.elapsedMs).toBeLessThan(lines.at(-1).durationMs);
		expect(lines.at(-1).type).toBe("result");
		expect(existsSync(join(folder, "cow.glb"))).toBe(true);
		await expectPreview(preview);
	});

	it("keeps the preview, and nothing else, when stopped after it", async () => {
		const folder = scratchFolder();
		let stopped = false;
		const { code } = await runLunar([...RUN, "-o", folder], {
			onOutput: (text, kill) => {
				if (stopped || !text.includes("preview after")) return;
				stopped = true;
				kill("SIGINT");
			},
		});
		expect(code).toBe(130);
		expect(readdirSync(folder)).toEqual(["preview.glb"]);
		await expectPreview(join(folder, "preview.glb"));
	});
});

it("examples/preview-first.ts writes a preview, then the result", () => {
	const folder = scratchFolder();
	const { status, stdout } = spawnSync(
		process.execPath,
		[join(ROOT, "examples/preview-first.ts"), folder],
		{ encoding: "utf8" },
	);
	expect(status).toBe(0);
	expect(stdout).toMatch(/preview of \d+ triangles[\s\S]*result of \d+ bytes/);
	expect(readdirSync(folder).sort()).toEqual(["cow.glb", "preview.glb"]);
});
