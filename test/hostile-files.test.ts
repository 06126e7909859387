import { execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
	closeSync,
	ftruncateSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { loadModel } from "../src/apps/cli/load-model.ts";
import { planOutput } from "../src/apps/cli/output-plan.ts";
import { checkWritable, writeOutputs } from "../src/apps/cli/write-outputs.ts";
import { VIEW_NAMES } from "../src/core/view.ts";
import { validateGlb } from "../src/formats/glb/validate-glb.ts";
import {
	encode,
	folderWith,
	frontPng,
	sideOf,
	sidePngs,
} from "./hostile-inputs.ts";
import { expectRefusal, expectSound, generate } from "./hostile-run.ts";
import { runLunar, scratchFolder } from "./run-lunar.ts";

const TINY = [
	"--quality",
	"fast",
	"--resolution",
	"32",
	"--faces",
	"500",
	"--no-texture",
];
const isRoot = process.getuid?.() === 0;

/** A file of this size that takes no space. */
function sparse(path: string, sizeBytes: number): string {
	const file = openSync(path, "w");
	ftruncateSync(file, sizeBytes);
	closeSync(file);
	return path;
}

describe("paths", () => {
	it.each<[string, string, RegExp]>([
		[
			"a path that does not exist",
			"nowhere/photo.png",
			/nowhere\/photo\.png does not exist/,
		],
		["a path below a file", "package.json/photo.png", /does not exist/],
		["a web address", "https://host/photo.png", /web address; download/],
	])("refuses %s", async (_, path, message) => {
		await expectRefusal(generate(path), "INPUT_NOT_FOUND", message);
	});

	it("refuses an empty folder, and one that holds only folders", async () => {
		await expectRefusal(
			generate(scratchFolder()),
			"NO_INPUT",
			/holds no picture/,
		);
		const folder = scratchFolder();
		mkdirSync(join(folder, "photo.png"));
		await expectRefusal(generate(folder), "NO_INPUT", /holds no picture/);
	});

	it("refuses a folder where a file is meant", async () => {
		await expectRefusal(
			generate({ named: { front: tmpdir() } }),
			"INPUT_UNREADABLE",
			/is a folder, not a file/,
		);
		await expectRefusal(
			generate({ transforms: tmpdir() }),
			"INPUT_UNREADABLE",
			/is a folder, not a file/,
		);
	});

	it.runIf(process.platform !== "win32")(
		"refuses pipes, sockets and devices at once, without reading them",
		async () => {
			const folder = mkdtempSync(join(tmpdir(), "lunar-pipe-"));
			const pipe = join(folder, "pipe.png");
			execFileSync("mkfifo", [pipe]);
			const socket = join(folder, "socket.png");
			const server = createServer().listen(socket);
			symlinkSync("/dev/zero", join(folder, "zero.png"));
			try {
				const startedMs = performance.now();
				for (const path of [
					pipe,
					socket,
					"/dev/zero",
					"/dev/random",
					join(folder, "zero.png"),
				])
					await expectRefusal(
						generate(path),
						"INPUT_UNREADABLE",
						/is a pipe or a device, not a file/,
					);
				await expectRefusal(
					generate({ transforms: pipe }),
					"INPUT_UNREADABLE",
					/pipe/,
				);
				expect(performance.now() - startedMs).toBeLessThan(30_000);
			} finally {
				server.close();
				rmSync(folder, { recursive: true });
			}
		},
	);

	it("refuses a broken link and a link to itself", async () => {
		const folder = scratchFolder();
		symlinkSync(join(folder, "gone.png"), join(folder, "broken.png"));
		symlinkSync(join(folder, "loop.png"), join(folder, "loop.png"));
		await expectRefusal(
			generate(join(folder, "broken.png")),
			"INPUT_NOT_FOUND",
			/broken\.png/,
		);
		await expectRefusal(
			generate(join(folder, "loop.png")),
			"INPUT_UNREADABLE",
			/loop\.png cannot be read: ELOOP/,
		);
	});

	it.skipIf(isRoot)("refuses a file that may not be read", async () => {
		const folder = folderWith({ "photo.png": await frontPng(64) });
		spawnSync("chmod", ["000", join(folder, "photo.png")]);
		await expectRefusal(
			generate(folder),
			"INPUT_UNREADABLE",
			/permission denied/,
		);
	});

	it("refuses a file over 20 MB and a request over 200 MB, without reading them", async () => {
		const folder = scratchFolder();
		const before = process.memoryUsage.rss();
		await expectRefusal(
			generate(sparse(join(folder, "front.png"), 20_000_001)),
			"FILE_TOO_LARGE",
			/front\.png has 20\.0 MB, the limit is 20\.0 MB/,
		);
		const { focal, width, height } = { focal: 100, width: 64, height: 64 };
		const views = Array.from({ length: 11 }, (_, k) => ({
			file: `${k}.png`,
			c2w: [
				[1, 0, 0, 0],
				[0, 1, 0, 0],
				[0, 0, 1, 2],
			],
		}));
		for (const { file } of views) sparse(join(folder, file), 19_000_000);
		writeFileSync(
			join(folder, "cameras.json"),
			JSON.stringify({ focal, width, height, views }),
		);
		await expectRefusal(
			generate(folder),
			"REQUEST_TOO_LARGE",
			/11 files have 209\.0 MB together, the limit is 200\.0 MB/,
		);
		expect(process.memoryUsage.rss() - before).toBeLessThan(100e6);
	});

	it("takes any name a file can have, and shows it without control characters", async () => {
		const names = [
			"front with space.png",
			'it\'s "right".png',
			"back\nzeilen.png",
			"\u001b[2Jleft.png",
			"top 猫 🐈 é.png",
			`-bottom$(x)%s${"x".repeat(200)}.png`,
		];
		const sides = await sidePngs(VIEW_NAMES, (name) => sideOf(name, 160));
		const made = await generate(
			folderWith(
				Object.fromEntries(
					names.map((name, k) => [name, sides[`${VIEW_NAMES[k]}.png`]]),
				),
			),
		);
		expectSound(made, { silhouetteIou: 0.9 });
		for (const { label } of made.report.foreground)
			expect(label).not.toMatch(/\p{Cc}/u);
	});

	it("tells pictures of one name in several folders apart", async () => {
		const sides = await sidePngs(["front", "right"], (name) =>
			sideOf(name, 160),
		);
		const folder = folderWith({
			"a/x/photo.png": sides["front.png"],
			"b/x/photo.png": sides["right.png"],
		});
		const made = await generate({
			named: {
				front: join(folder, "a/x/photo.png"),
				right: join(folder, "b/x/photo.png"),
			},
		});
		expect(made.report.foreground.map(({ label }) => label)).toEqual([
			"a/x/photo.png",
			"b/x/photo.png",
		]);
	});
});

describe("the command itself", () => {
	const lastEvent = (out: string) =>
		JSON.parse(out.trim().split("\n").at(-1) ?? "");

	it("keeps terminal commands of a file name out of the terminal", async () => {
		const { code, err } = await runLunar(["generate", "\u001b[2Jgone.png"]);
		expect(code).toBe(2);
		expect(err).toContain("\u{fffd}[2Jgone.png does not exist");
		expect(err).not.toContain("\u001b");
	});

	it("refuses a device as a model", async () => {
		await expectRefusal(
			loadModel("/dev/zero"),
			"INPUT_UNREADABLE",
			/a pipe or a device/,
		);
		await expectRefusal(
			loadModel("nowhere.glb"),
			"INPUT_NOT_FOUND",
			/nowhere\.glb/,
		);
	});

	it("gives machines one error line with code, kind, message and hint", async () => {
		const folder = folderWith({ "photo.png": "<!doctype html>" });
		const { code, out, err } = await runLunar([
			"generate",
			join(folder, "photo.png"),
			"--json",
			"-o",
			join(folder, "out"),
		]);
		expect(code).toBe(2);
		expect(lastEvent(out)).toMatchObject({
			type: "error",
			error: {
				code: "PICTURE_UNSUPPORTED",
				kind: "invalid-input",
				hint: expect.stringMatching(/PNG, JPEG or WebP/),
			},
		});
		expect(err).not.toMatch(/\n\s+at /);
	});

	it("takes names with dashes and line breaks, and no mask overwrites another", async () => {
		const sides = await sidePngs(["front", "right"], (name) =>
			sideOf(name, 160),
		);
		const folder = folderWith({
			'-it\'s\n"odd".png': sides["front.png"],
			'-it\'s\n"odd".webp': sides["right.png"],
		});
		const { code, out, err } = await runLunar(
			[
				"generate",
				...TINY,
				"--json",
				'--front=-it\'s\n"odd".png',
				'--right=-it\'s\n"odd".webp',
				"--output=-out",
			],
			{ cwd: folder },
		);
		expect(err).toBe("");
		expect(code).toBe(0);
		for (const file of lastEvent(out).files)
			expect(readFileSync(file).length).toBeGreaterThan(0);
		expect(readdirSync(join(folder, "-out/masks")).sort()).toEqual([
			"-it-s-odd--2.png",
			"-it-s-odd-.png",
		]);
	});

	it.each<[string, (folder: string) => string, RegExp]>([
		["a file", (folder) => join(folder, "photo.png"), /a file has this name/],
		[
			"below a file",
			(folder) => join(folder, "photo.png", "out"),
			/a file, not a folder/,
		],
		[
			"a model whose name is a folder",
			(folder) => join(folder, "taken.glb"),
			/a folder has this name/,
		],
		[
			"a name that is too long",
			(folder) => join(folder, "x".repeat(300)),
			/too long/,
		],
	])(
		"refuses an output that is %s before any work",
		async (_, output, message) => {
			const folder = folderWith({ "photo.png": "", "taken.glb/file": "" });
			const error = await checkWritable(
				planOutput(output(folder), undefined, "photo"),
			).catch((thrown) => thrown);
			expect(error).toMatchObject({
				code: "OUTPUT_UNWRITABLE",
				kind: "unavailable",
			});
			expect(error.message).toMatch(message);
			expect(readdirSync(folder)).toEqual(["photo.png", "taken.glb"]);
		},
	);

	it("keeps a picture of 50 megapixels under 1 GB of memory", async () => {
		const wall = sharp({
			create: { width: 8660, height: 5770, channels: 3, background: "#cfd4da" },
		});
		const object = await encode(sideOf("front", 1200))
			.resize(5000)
			.png()
			.toBuffer();
		const bytes = await wall
			.composite([{ input: object }])
			.jpeg()
			.toBuffer();
		const folder = folderWith({ "photo.jpg": bytes });
		const { code, out } = await runLunar([
			"generate",
			join(folder, "photo.jpg"),
			...TINY,
			"--json",
			"-o",
			join(folder, "out"),
		]);
		expect(code).toBe(0);
		expect(lastEvent(out).peakMemoryMB).toBeLessThan(1000);
		expect(out).toContain("reduced from 8660 × 5770 to 4096 × 2729");
	});

	it("two runs into one folder at once leave the files of one run, whole", async () => {
		const png = await frontPng(160);
		const other = await encode(sideOf("right", 160)).png().toBuffer();
		const folder = folderWith({ "a.png": png, "b.png": other });
		const out = join(folder, "out");
		const runs = await Promise.all(
			["a.png", "b.png"].map((name) =>
				runLunar([
					"generate",
					join(folder, name),
					...TINY,
					"--json",
					"-o",
					out,
				]),
			),
		);
		expect(runs.map(({ code }) => code)).toEqual([0, 0]);
		const glb = readFileSync(join(out, "model.glb"));
		const glbSha256 = createHash("sha256").update(glb).digest("hex");
		expect(runs.map((run) => lastEvent(run.out).glbSha256)).toContain(
			glbSha256,
		);
		expect((await validateGlb(glb)).errors).toBe(0);
		const { manifest } = JSON.parse(
			readFileSync(join(out, "report.json"), "utf8"),
		);
		expect(manifest.outputs[0].sha256).toBe(glbSha256);
		expect(staged(out)).toEqual([]);
	});

	it("killed while it writes, it leaves no half file, and the next writer tidies up", async () => {
		const folder = scratchFolder();
		const module = new URL("../src/apps/cli/write-outputs.ts", import.meta.url)
			.href;
		const endless = `import { writeOutputs } from ${JSON.stringify(module)};
			for (let k = 0; ; k++)
				await writeOutputs(${JSON.stringify(folder)}, Array.from({ length: 9 }, (_, n) => ({ name: "f" + n, bytes: new Uint8Array(300_000).fill(k) })));`;
		let killedAtWork = 0;
		for (let kill = 0; kill < 8; kill++) {
			const child = spawn(
				process.execPath,
				["--input-type=module", "-e", endless],
				{ stdio: "inherit" },
			);
			while (staged(folder).length === 0) await setTimeout(5);
			await setTimeout(kill * 3);
			child.kill("SIGKILL");
			await once(child, "exit");
			killedAtWork += staged(folder).length;
			for (const name of readdirSync(folder).filter((entry) =>
				entry.startsWith("f"),
			)) {
				const bytes = readFileSync(join(folder, name));
				expect(bytes.length).toBe(300_000);
				expect(bytes.every((byte) => byte === bytes[0])).toBe(true);
			}
			await writeOutputs(folder, [{ name: "next", bytes: new Uint8Array(1) }]);
			expect(staged(folder)).toEqual([]);
		}
		expect(killedAtWork).toBeGreaterThan(0);
	});
});

function staged(folder: string): string[] {
	return readdirSync(folder).filter((name) => name.startsWith(".lunar-"));
}

/** Mounts a small file system; false where this machine does not let us. */
function mounted(folder: string, options: string): boolean {
	mkdirSync(folder, { recursive: true });
	return (
		spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder])
			.status === 0
	);
}
const probe = join(scratchFolder(), "probe");
const canMount =
	isRoot &&
	process.platform === "linux" &&
	mounted(probe, "size=64k") &&
	spawnSync("umount", [probe]).status === 0;

describe.runIf(canMount)(
	"disks (needs the right to mount)",
	{ timeout: 240_000 },
	() => {
		it.each<[string, string, RegExp]>([
			["full", "size=256k", /the disk is full/],
			["read-only", "size=4m,ro", /the place is read-only/],
		])(
			"refuses a %s disk and leaves nothing on it",
			async (_, options, message) => {
				const folder = folderWith({ "photo.png": await frontPng(160) });
				const disk = join(folder, "disk");
				expect(mounted(disk, options)).toBe(true);
				try {
					const { code, out, err } = await runLunar([
						"generate",
						join(folder, "photo.png"),
						...TINY,
						"--json",
						"-o",
						disk,
					]);
					expect(code).toBe(3);
					expect(err).toMatch(message);
					expect(
						JSON.parse(out.trim().split("\n").at(-1) ?? "").error.code,
					).toBe("OUTPUT_UNWRITABLE");
					expect(readdirSync(disk, { recursive: true })).toEqual([]);
				} finally {
					spawnSync("umount", [disk]);
				}
			},
		);
	},
);
