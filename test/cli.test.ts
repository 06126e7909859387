import { createHash } from "node:crypto";
import {
	chmodSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { validateGlb } from "../src/formats/glb/validate-glb.ts";
import { VERSION } from "../src/pipeline/version.ts";
import { COW, ROOT, runLunar, scratchFolder } from "./run-lunar.ts";

const FAST = ["--quality", "fast"];

describe("lunar generate", () => {
	it("makes every format, the report, previews and masks from six views", async () => {
		const folder = scratchFolder();
		const { code, out, err } = await runLunar([
			"generate",
			COW,
			...FAST,
			"--format",
			"glb,obj,ply,stl,usdz",
			"-o",
			folder,
		]);
		expect(err).not.toContain("error");
		expect(code).toBe(0);
		expect(out).toContain(join(folder, "model.glb"));
		expect(readdirSync(folder).sort()).toEqual([
			"masks",
			"model.glb",
			"model.jpg",
			"model.mtl",
			"model.obj",
			"model.ply",
			"model.stl",
			"model.usdz",
			"previews",
			"report.html",
			"report.json",
		]);
		expect(readdirSync(join(folder, "previews")).sort()).toEqual([
			"back.png",
			"bottom.png",
			"clay.png",
			"front.png",
			"hero.png",
			"left.png",
			"right.png",
			"seen.png",
			"top.png",
			"turntable.webp",
		]);
		expect(readdirSync(join(folder, "masks"))).toHaveLength(6);

		const glb = readFileSync(join(folder, "model.glb"));
		expect((await validateGlb(glb)).errors).toBe(0);
		const report = JSON.parse(
			readFileSync(join(folder, "report.json"), "utf8"),
		);
		expect(report.verdict).toBe("pass");
		expect(report.perView).toHaveLength(6);
		for (const view of report.perView) {
			expect(view.psnrDb).toBeGreaterThan(25);
			expect(view.silhouetteIou).toBeGreaterThan(0.97);
		}
		expect(report.mesh).toMatchObject({
			watertight: true,
			manifold: true,
			outwardOriented: true,
			degenerateTriangleCount: 0,
		});
		expect(report.seen.seenShare + report.seen.inventedShare).toBeCloseTo(1, 6);
		expect(report.manifest.generator).toBe(`lunar-nova ${VERSION}`);
		const recorded = report.manifest.outputs.find(
			(file: { name: string }) => file.name === "model.glb",
		);
		expect(recorded.sha256).toBe(
			createHash("sha256").update(glb).digest("hex"),
		);
		const page = readFileSync(join(folder, "report.html"), "utf8");
		expect(page).not.toMatch(/(src|href)="(?!data:)/);
		expect(page.match(/<img /g)?.length).toBeGreaterThan(24);
	});

	it("gives the same bytes for the same inputs, options and seed", async () => {
		const hashes = [];
		for (let k = 0; k < 2; k++) {
			const glb = join(scratchFolder(), "cow.glb");
			const { code } = await runLunar([
				"generate",
				join(ROOT, "examples/avocado.png"),
				...FAST,
				"-o",
				glb,
			]);
			expect(code).toBe(0);
			hashes.push(createHash("sha256").update(readFileSync(glb)).digest("hex"));
		}
		expect(hashes[0]).toBe(hashes[1]);
	});

	it("with --json writes JSON lines and nothing else to stdout", async () => {
		const folder = scratchFolder();
		const { code, out } = await runLunar([
			"generate",
			"--front",
			join(COW, "front.png"),
			"--right",
			join(COW, "right.png"),
			"--back",
			join(COW, "back.png"),
			"--left",
			join(COW, "left.png"),
			...FAST,
			"--no-texture",
			"--json",
			"-o",
			join(folder, "cow.glb"),
		]);
		expect(code).toBe(0);
		const lines = out
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line));
		const fractions = lines
			.filter(({ type }) => type === "progress" || type === "step-done")
			.map(({ fraction }) => fraction);
		expect(fractions.length).toBeGreaterThan(10);
		for (let k = 1; k < fractions.length; k++)
			expect(fractions[k]).toBeGreaterThanOrEqual(fractions[k - 1]);
		const last = lines.at(-1);
		expect(last).toMatchObject({
			type: "result",
			engine: "multiview-fit",
			verdict: "pass",
		});
		for (const file of last.files) expect(existsSync(file)).toBe(true);
		expect(readdirSync(folder).sort()).toEqual([
			"cow.glb",
			"cow.masks",
			"cow.previews",
			"cow.report.html",
			"cow.report.json",
		]);
	});

	it("stops cleanly at Ctrl-C and leaves nothing half-written", async () => {
		const folder = scratchFolder();
		let interrupted = false; // a second Ctrl-C would stop it at once
		const { code, err } = await runLunar(
			["generate", COW, "--quality", "quality", "-o", join(folder, "result")],
			{
				onOutput: (text, kill) => {
					if (interrupted || !text.includes("finding the object")) return;
					interrupted = true;
					kill("SIGINT");
				},
			},
		);
		expect(code).toBe(130);
		expect(err).toContain("cancelled");
		expect(readdirSync(join(folder, "result"))).toEqual([]);
	});

	it.each<[string, string[], number, RegExp]>([
		["no input", ["generate"], 2, /no picture was given/],
		["a missing file", ["generate", "nowhere.png"], 2, /does not exist/],
		[
			"an unknown option",
			["generate", "--qualty", "fast"],
			2,
			/did you mean --quality/,
		],
		["a value out of range", ["generate", COW, "--faces", "5"], 2, /--faces 5/],
		[
			"a value that is no number",
			["generate", COW, "--resolution", "high"],
			2,
			/takes a number/,
		],
		[
			"an unknown format",
			["generate", COW, "--format", "fbx"],
			2,
			/fbx is not one of/,
		],
		[
			"an engine that cannot take these inputs",
			["generate", COW, "--engine", "relief"],
			2,
			/relief takes 1 picture/,
		],
		[
			"an unknown engine",
			["generate", COW, "--engine", "magic"],
			2,
			/no engine "magic"/,
		],
		["an unknown command", ["generat"], 2, /unknown command/],
	])("says what is wrong with %s", async (_, args, expected, message) => {
		const { code, err } = await runLunar(args);
		expect(err).toMatch(message);
		expect(err).not.toMatch(/\n\s+at /);
		expect(code).toBe(expected);
	});

	it("says so before any work when the place cannot be written", async () => {
		const folder = scratchFolder();
		const file = join(folder, "taken");
		writeFileSync(file, "");
		const { code, out, err } = await runLunar([
			"generate",
			COW,
			"--json",
			"-o",
			join(file, "under"),
		]);
		expect(code).toBe(3);
		expect(err).toContain("cannot write");
		expect(JSON.parse(out.trim().split("\n").at(-1) ?? "")).toMatchObject({
			type: "error",
			error: { code: "OUTPUT_UNWRITABLE", kind: "unavailable" },
		});
	});
});

describe("lunar inspect, render, convert", () => {
	it("measures, draws and converts the file that generate made", async () => {
		const folder = scratchFolder();
		const glb = join(folder, "cow.glb");
		await runLunar(["generate", COW, ...FAST, "-o", glb]);

		const inspected = await runLunar(["inspect", glb, "--json"]);
		const report = JSON.parse(inspected.out);
		expect(report.mesh).toMatchObject({ watertight: true, manifold: true });
		expect(report.gltf.errors).toBe(0);
		expect(report.provenance.engine).toBe("multiview-fit");
		expect((await runLunar(["inspect", glb, "--require", "web-ar"])).code).toBe(
			0,
		);

		for (const format of ["obj", "ply", "stl"]) {
			const target = join(folder, `copy.${format}`);
			expect((await runLunar(["convert", glb, target])).code).toBe(0);
			const copy = JSON.parse(
				(await runLunar(["inspect", target, "--json"])).out,
			);
			expect(copy.mesh.triangleCount).toBe(report.mesh.triangleCount);
			expect(copy.mesh.watertight).toBe(true);
			expect(copy.mesh.volume).toBeCloseTo(report.mesh.volume, 4);
			expect(
				(
					await runLunar([
						"convert",
						target,
						join(folder, `back-${format}.glb`),
					])
				).code,
			).toBe(0);
		}

		const renders = join(folder, "renders");
		const rendered = await runLunar([
			"render",
			glb,
			"-o",
			renders,
			"--size",
			"128",
			"--frames",
			"4",
			"--mode",
			"clay",
		]);
		expect(rendered.code).toBe(0);
		expect(readdirSync(renders)).toContain("turntable.webp");
		expect(readdirSync(renders)).toContain("hero.png");
	});

	it("refuses what is no model", async () => {
		const folder = scratchFolder();
		const file = join(folder, "model.glb");
		writeFileSync(file, "not a model at all");
		const { code, err } = await runLunar(["inspect", file]);
		expect(code).toBe(2);
		expect(err).toMatch(/error/);
		expect(err).not.toMatch(/\n\s+at /);
	});
});

describe("lunar", () => {
	it("lists engines with what they need", async () => {
		const { code, out } = await runLunar(["engines", "--json"]);
		expect(code).toBe(0);
		const engines = JSON.parse(out);
		expect(engines.map(({ id }: { id: string }) => id).sort()).toEqual([
			"multiview-fit",
			"nova-prior",
			"relief",
			"triposr",
			"visual-hull",
		]);
		for (const engine of engines)
			if (engine.weights.length === 0) expect(engine.canRun).toBe(true);
			else if (!engine.canRun)
				expect(engine.reason).toContain(`lunar weights pull ${engine.id}`);
	});

	it("says whether the machine is fit", async () => {
		const { code, out } = await runLunar(["doctor", "--json"]);
		expect(code).toBe(0);
		const { findings } = JSON.parse(out);
		expect(findings.map(({ id }: { id: string }) => id)).toContain("memory");
	});

	it.each(["generate", "inspect", "render", "convert", "engines", "doctor"])(
		"%s --help explains itself",
		async (command) => {
			const { code, out } = await runLunar([command, "--help"]);
			expect(code).toBe(0);
			expect(out).toMatch(new RegExp(`^usage: lunar ${command}`));
		},
	);

	it("tells its version", async () => {
		expect((await runLunar(["--version"])).out).toBe(`${VERSION}\n`);
	});

	it("on an old Node says what to do", async () => {
		// A Node that claims to be old, and no other on the PATH.
		const folder = scratchFolder();
		mkdirSync(join(folder, "bin"));
		const launcher = readFileSync(join(ROOT, "bin/lunar"), "utf8").replace(
			/process\.version\b/g,
			'"v18.0.0"',
		);
		writeFileSync(join(folder, "bin/lunar"), launcher);
		chmodSync(join(folder, "bin/lunar"), 0o755);
		const { spawnSync } = await import("node:child_process");
		const { status, stderr } = spawnSync(
			process.execPath,
			[join(folder, "bin/lunar"), "doctor"],
			{ encoding: "utf8", env: { PATH: folder } },
		);
		expect(status).toBe(69);
		expect(stderr).toContain("needs Node 24");
	});
});
