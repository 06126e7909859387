import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm, statfs, writeFile } from "node:fs/promises";
import {
	availableParallelism,
	cpus,
	freemem,
	tmpdir,
	totalmem,
	type,
} from "node:os";
import { join } from "node:path";
import {
	findWeights,
	type WeightStatus,
} from "../../../adapters/weights/find-weights.ts";
import { asLunarError } from "../../../core/errors.ts";
import { WEIGHTS } from "../../../neural/weights/manifest.ts";
import { loadConfig } from "../../config/load-config.ts";
import type { Command } from "../command.ts";
import { CONFIG_FLAGS, configSourcesOf } from "../config-flags.ts";
import { examineData } from "../examine-data.ts";
import type { Finding } from "../finding.ts";
import {
	describeFlags,
	type Flag,
	type FlagValues,
	parseFlags,
} from "../flags.ts";

const FLAGS: readonly Flag[] = [
	{
		name: "repair",
		type: "boolean",
		description: "Mend what can be mended in the server's data folder",
	},
	{
		name: "deep",
		type: "boolean",
		description: "Read every byte of every file of every job",
	},
	...CONFIG_FLAGS,
	{ name: "json", type: "boolean", description: "Machine-readable, on stdout" },
];
const MIN_MEMORY_MB = 1500;
const MIN_DISK_MB = 500;

export const doctorCommand: Command = {
	name: "doctor",
	help: () => `usage: lunar doctor [--repair] [--deep]

Looks at this machine, and at the server's jobs and files: damage of the store, jobs that hang, lost and damaged files,
files that nobody uses, what ended processes left. The server may run; then only what it tolerates is mended.

${describeFlags(FLAGS)}

Exit code 0 when everything needed is there and whole, 3 when something is missing or damaged.
`,
	async run(args, terminal) {
		const { values } = parseFlags(args, FLAGS);
		const findings = [
			...(await examineMachine()),
			...(await examineServer(values)),
		];
		const failed = findings.some(({ state }) => state === "problem");
		if (values.json) {
			terminal.out(`${JSON.stringify({ ok: !failed, findings }, null, 2)}\n`);
			return failed ? 3 : 0;
		}
		const mark = { ok: "✓", warning: "!", problem: "✕" } as const;
		const width = Math.max(...findings.map(({ id }) => id.length));
		for (const { id, state, seen, todo, repaired } of findings) {
			terminal.out(`${mark[state]} ${id.padEnd(width)}  ${seen}\n`);
			if (repaired)
				terminal.out(`  ${" ".repeat(width)}  mended: ${repaired}\n`);
			if (todo) terminal.out(`  ${" ".repeat(width)}  → ${todo}\n`);
		}
		terminal.out(
			failed
				? "\nSomething is missing or damaged: see above.\n"
				: "\nReady: lunar generate PICTURE\n",
		);
		return failed ? 3 : 0;
	},
};

/** Settings that are wrong are a finding, not the end. */
async function examineServer(values: FlagValues): Promise<Finding[]> {
	try {
		const { config, file } = await loadConfig(configSourcesOf(values));
		return [
			{
				id: "settings",
				state: "ok",
				seen: file ?? "the defaults; no config file",
			},
			...(await examineData(config, {
				repair: values.repair === true,
				deep: values.deep === true,
				now: Date.now,
			})),
		];
	} catch (error) {
		const { message, hint } = asLunarError(error);
		return [{ id: "settings", state: "problem", seen: message, todo: hint }];
	}
}

async function examineMachine(): Promise<Finding[]> {
	return [
		node(),
		cores(),
		memory(),
		await disk("working folder", process.cwd()),
		await disk("temporary folder", tmpdir()),
		await pictureLibrary(),
		await meshLibraries(),
		gpu(),
		await weights(),
	];
}

function node(): Finding {
	const major = Number(process.versions.node.split(".")[0]);
	return {
		id: "Node",
		state: major >= 24 ? "ok" : "problem",
		seen: `${process.version} on ${type()} ${process.arch}`,
		...(major >= 24 ? {} : { todo: "Install Node 24 or newer." }),
	};
}

function cores(): Finding {
	const count = availableParallelism();
	const model = cpus()[0]?.model ?? "unknown processor";
	return {
		id: "processor",
		state: count >= 2 ? "ok" : "warning",
		seen: `${count} cores, ${model}`,
		...(count >= 2
			? {}
			: { todo: "One core works; two make runs nearly twice as fast." }),
	};
}

function memory(): Finding {
	const freeMB = Math.round(freemem() / 2 ** 20);
	const totalMB = Math.round(totalmem() / 2 ** 20);
	const limitMB = Math.round((process.constrainedMemory() ?? 0) / 2 ** 20);
	const constrained = limitMB > 0 && limitMB < totalMB;
	const availableMB = constrained ? Math.min(limitMB, freeMB) : freeMB;
	return {
		id: "memory",
		state: availableMB >= MIN_MEMORY_MB ? "ok" : "warning",
		seen: `${availableMB} MB free of ${constrained ? limitMB : totalMB} MB${constrained ? " (container limit)" : ""}`,
		...(availableMB >= MIN_MEMORY_MB
			? {}
			: {
					todo: `Runs take up to ${MIN_MEMORY_MB} MB; close programs or use --quality fast.`,
				}),
	};
}

async function disk(id: string, folder: string): Promise<Finding> {
	const probe = join(folder, `.lunar-doctor-${process.pid}`);
	try {
		await mkdir(probe);
		await writeFile(join(probe, "probe"), "probe");
	} catch (error) {
		return {
			id,
			state: id === "working folder" ? "warning" : "problem",
			seen: `${folder} cannot be written: ${(error as NodeJS.ErrnoException).code}`,
			todo: "Write elsewhere with -o, or change the folder's permissions.",
		};
	} finally {
		await rm(probe, { recursive: true, force: true }).catch(() => {});
	}
	const { bavail, bsize } = await statfs(folder);
	const freeMB = Math.round((bavail * bsize) / 2 ** 20);
	return {
		id,
		state: freeMB >= MIN_DISK_MB ? "ok" : "warning",
		seen: `${folder}, ${freeMB} MB free`,
		...(freeMB >= MIN_DISK_MB
			? {}
			: { todo: `Free some space: a result takes up to ${MIN_DISK_MB} MB.` }),
	};
}

async function pictureLibrary(): Promise<Finding> {
	try {
		const { default: sharp } = await import("sharp");
		const bytes = await sharp({
			create: { width: 2, height: 2, channels: 3, background: "red" },
		})
			.png()
			.toBuffer();
		await sharp(bytes).raw().toBuffer();
		const formats = ["png", "jpeg", "webp", "heif", "tiff", "gif"].filter(
			(name) =>
				(
					sharp.format as unknown as Record<
						string,
						{ input: { buffer: boolean } }
					>
				)[name]?.input.buffer,
		);
		return {
			id: "pictures",
			state: "ok",
			seen: `sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}: ${formats.join(", ")}`,
		};
	} catch (error) {
		return {
			id: "pictures",
			state: "problem",
			seen: `sharp does not load: ${(error as Error).message.split("\n")[0]}`,
			todo: 'Run "npm ci" again on this machine: sharp comes as a binary for each platform.',
		};
	}
}

async function meshLibraries(): Promise<Finding> {
	try {
		const { MeshoptDecoder } = await import("meshoptimizer");
		await MeshoptDecoder.ready;
		await import("gltf-validator");
		return {
			id: "meshes",
			state: "ok",
			seen: "glTF validator and WebAssembly decoders load",
		};
	} catch (error) {
		return {
			id: "meshes",
			state: "problem",
			seen: `a mesh library does not load: ${(error as Error).message.split("\n")[0]}`,
			todo: 'Run "npm ci" again.',
		};
	}
}

/** Learned weights are never needed; damaged ones are worth a word. By size only. */
async function weights(): Promise<Finding> {
	const found = await Promise.all(
		WEIGHTS.map(async ({ name }) => ({
			name,
			...(await findWeights(name, process.env, { depth: "size" })),
		})),
	);
	const named = (status: WeightStatus): string[] =>
		found.filter((entry) => entry.status === status).map(({ name }) => name);
	const broken = [...named("corrupt"), ...named("incomplete")];
	const ready = named("ready").join(", ");
	return {
		id: "weights",
		state: broken.length > 0 ? "warning" : "ok",
		seen:
			broken.length > 0
				? `${broken.join(", ")} ${broken.length === 1 ? "is" : "are"} damaged or not complete${ready === "" ? "" : `; ${ready} ready`}`
				: ready === ""
					? "none here; the built-in engines need none (lunar weights list)"
					: `${ready} ready`,
		...(broken.length > 0
			? { todo: `lunar weights pull ${broken.join(" ")}` }
			: {}),
	};
}

/** No engine uses a GPU yet; this says what is there for those that will. */
function gpu(): Finding {
	const nvidia = spawnSync(
		"nvidia-smi",
		["--query-gpu=name,memory.total", "--format=csv,noheader"],
		{ encoding: "utf8", timeout: 5000 },
	);
	const name =
		nvidia.status === 0 && nvidia.stdout.trim() !== ""
			? nvidia.stdout.trim().split("\n").join("; ")
			: existsSync("/dev/dri/renderD128")
				? "a render device (/dev/dri/renderD128)"
				: undefined;
	return {
		id: "GPU",
		state: "ok",
		seen: name
			? `${name}; the built-in engines run on the processor`
			: "none found; none is needed: the built-in engines run on the processor",
	};
}
