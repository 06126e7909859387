import { spawnSync } from "node:child_process";
import {
	existsSync,
	globSync,
	mkdirSync,
	readFileSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { join, posix, sep } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { CONFIG_FLAGS, SERVER_FLAGS } from "../src/apps/cli/config-flags.ts";
import { SETTINGS } from "../src/apps/config/settings.ts";
import { ROOT, scratchFolder } from "./run-lunar.ts";

const dockerfile = readFileSync(join(ROOT, "deploy/Dockerfile"), "utf8");
/** One instruction a line. */
const instructions = dockerfile
	.replace(/\\\n\s*/g, "")
	.split("\n")
	.filter((line) => line.trim() !== "" && !line.startsWith("#"))
	.map((line) => ({
		name: line.split(" ", 1)[0],
		rest: line.slice(line.indexOf(" ") + 1),
	}));

/** Names of settings that a text sets; a secret may be given as a file. */
function variablesIn(text: string): string[] {
	return [...text.matchAll(/\bLUNAR_[A-Z_]+/g)].map(([name]) =>
		name.replace(/SECRET_FILE$/, "SECRET"),
	);
}

describe("deploy/Dockerfile", () => {
	it("has only instructions that Docker knows, in stages that exist", () => {
		const stages = new Set<string>();
		expect(instructions[0].name).toBe("FROM");
		for (const { name, rest } of instructions) {
			expect(
				"FROM RUN COPY ENV WORKDIR USER VOLUME EXPOSE HEALTHCHECK STOPSIGNAL ENTRYPOINT CMD".split(
					" ",
				),
			).toContain(name);
			const stage = /^FROM \S+ AS (\S+)$/.exec(`${name} ${rest}`)?.[1];
			if (stage) stages.add(stage);
			const from = /^--from=(\S+)/.exec(rest)?.[1];
			if (from) expect(stages).toContain(from);
		}
		expect(instructions.findLast(({ name }) => name === "USER")?.rest).toBe(
			"node",
		);
	});

	it("copies only what is there, and what is not left out", () => {
		const ignore = readFileSync(
			join(ROOT, "deploy/Dockerfile.dockerignore"),
			"utf8",
		).split("\n");
		const copies = instructions.filter(({ name }) => name === "COPY");
		for (const { rest } of copies) {
			const words = rest.split(" ");
			const isFromStage = words[0].startsWith("--from=");
			for (const path of words.slice(isFromStage ? 1 : 0, -1)) {
				if (isFromStage)
					expect([
						"/app/node_modules",
						"/app/dist",
						"/app/studio/dist",
					]).toContain(path);
				else {
					expect(ignore).toContain(`!${path}`);
					if (path !== "studio" || existsSync(join(ROOT, "studio")))
						expect(existsSync(join(ROOT, path)), path).toBe(true);
				}
			}
		}
	});

	it("builds what it copies", () => {
		const { outDir } = JSON.parse(
			readFileSync(join(ROOT, "tsconfig.build.json"), "utf8"),
		).compilerOptions;
		expect(outDir).toBe("dist");
		expect(dockerfile).toContain("RUN npm run build");
	});

	it("copies all that the studio is built of", () => {
		const stage = instructions.slice(
			0,
			instructions.findIndex(
				({ name, rest }) => name === "RUN" && rest === "npm run build",
			),
		);
		const copied = stage
			.filter(({ name }) => name === "COPY")
			.flatMap(({ rest }) => rest.split(" ").slice(0, -1));
		const outside = globSync("studio/**/*.{ts,tsx,css,html}", {
			cwd: ROOT,
			exclude: ["**/dist/**", "**/node_modules/**"],
		}).flatMap((file) =>
			[
				...readFileSync(join(ROOT, file), "utf8").matchAll(
					/\bfrom "(\.[^"]+)"|\bimport\("(\.[^"]+)"\)|\burl\("?(\.[^")]+)/g,
				),
			].map((found) =>
				posix.join(
					posix.dirname(file.split(sep).join("/")),
					(found[1] ?? found[2] ?? found[3]).replace(/\?.*$/, ""),
				),
			),
		);
		expect(outside.length).toBeGreaterThan(100);
		for (const path of outside)
			expect(
				copied.some((folder) => path.startsWith(`${folder}/`)),
				`the image has no ${path}`,
			).toBe(true);
	});

	it("checks health with a command that Node accepts", () => {
		const { rest } = instructions.find(
			({ name }) => name === "HEALTHCHECK",
		) as (typeof instructions)[number];
		const command = JSON.parse(rest.slice(rest.indexOf("[")));
		const { status } = spawnSync(
			process.execPath,
			["--check", "--input-type=module", "-"],
			{ input: command[2] },
		);
		expect(status).toBe(0);
		// Nobody listens on port 1.
		const run = spawnSync(process.execPath, command.slice(1), {
			env: { ...process.env, LUNAR_PORT: "1" },
		});
		expect(run.status).toBe(1);
	});
});

describe("the settings that deploy/ names", () => {
	it.each(["Dockerfile", "compose.yaml", "lunar.service"])(
		"%s: exist",
		(name) => {
			const known = SETTINGS.map(({ variable }) => variable);
			for (const variable of variablesIn(
				readFileSync(join(ROOT, "deploy", name), "utf8"),
			))
				expect(known).toContain(variable);
		},
	);
});

describe("deploy/compose.yaml", () => {
	it("is YAML, starts lunar alone, and names what exists", () => {
		const compose = parse(
			readFileSync(join(ROOT, "deploy/compose.yaml"), "utf8"),
		);
		expect(Object.keys(compose.services)).toEqual(["lunar"]);
		const { build, volumes, ports } = compose.services.lunar;
		expect(
			existsSync(join(ROOT, "deploy", build.context, build.dockerfile)),
		).toBe(true);
		expect(Object.keys(compose.volumes)).toContain(volumes[0].split(":")[0]);
		expect(ports[0]).toMatch(/^127\.0\.0\.1:/);
	});
});

describe("deploy/lunar.service", () => {
	const text = readFileSync(join(ROOT, "deploy/lunar.service"), "utf8");

	it("starts a command with flags that there are", () => {
		const [, command, ...flags] =
			/^ExecStart=\/opt\/lunar-nova\/bin\/lunar (\S+) (.*)$/m
				.exec(text)?.[0]
				.split(" ") ?? [];
		expect(command).toBe("serve");
		const known = [...SERVER_FLAGS, ...CONFIG_FLAGS].map(
			({ name }) => `--${name}`,
		);
		for (const flag of flags.filter((word) => word.startsWith("--")))
			expect(known).toContain(flag);
	});

	it("passes systemd's own check", ({ skip }) => {
		const version = spawnSync("systemd-analyze", ["--version"]);
		if (version.error) skip("systemd-analyze is not on this machine");
		// The check wants the program to exist: the checkout stands for /opt/lunar-nova.
		const folder = scratchFolder();
		mkdirSync(join(folder, "bin"));
		symlinkSync(join(ROOT, "bin/lunar"), join(folder, "bin/lunar"));
		const unit = join(folder, "lunar.service");
		writeFileSync(
			unit,
			text
				.replaceAll("/opt/lunar-nova", folder)
				.replace(/^Documentation=.*\n/m, ""),
		);
		const { stdout, stderr } = spawnSync(
			"systemd-analyze",
			["verify", "--man=no", unit],
			{ encoding: "utf8" },
		);
		const complaints = `${stdout}${stderr}`
			.split("\n")
			.filter((line) => line.includes("lunar.service"));
		expect(complaints).toEqual([]);
	});
});
