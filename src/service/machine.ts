import { execFile } from "node:child_process";
import { readFile, statfs } from "node:fs/promises";
import {
	availableParallelism,
	cpus,
	freemem,
	loadavg,
	totalmem,
} from "node:os";
import type { MachineStatus } from "./service.ts";

type Gpus = MachineStatus["gpus"];

const GPU_FRESH_MS = 5_000;
/** Where there was none, one is looked for again now and then. */
const NO_GPU_FRESH_MS = 600_000;
const GPU_TIMEOUT_MS = 5_000;
const CPU_FRESH_MS = 1_000;

/** Reads what the operator's page shows of the machine; never waits for a graphics driver. */
export interface MachineReader {
	cpu(): MachineStatus["cpu"];
	memory(): Promise<MachineStatus["memory"]>;
	gpus(): Gpus;
	disk(path: string): Promise<{ totalBytes: number; freeBytes: number }>;
}

export function createMachineReader(): MachineReader {
	const gpus = createGpuReader();
	const load = createLoadReader();
	return {
		cpu: () => ({
			cores: availableParallelism(),
			load: load(),
			model: cpus()[0]?.model.trim() ?? "unknown",
		}),
		async memory() {
			return {
				totalBytes: totalmem(),
				freeBytes: await availableMemory(),
				serverBytes: process.memoryUsage.rss(),
			};
		},
		gpus,
		async disk(path) {
			const { blocks, bavail, bsize } = await statfs(path);
			return { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
		},
	};
}

/** Share of all cores at work since the last look, 0–1; before the first second, by the load average. */
function createLoadReader(): () => number {
	let before = { ...cpuTimes(), readMs: performance.now() };
	let load = Math.min(1, loadavg()[0] / availableParallelism());
	return () => {
		if (performance.now() - before.readMs < CPU_FRESH_MS) return load;
		const after = { ...cpuTimes(), readMs: performance.now() };
		const total = after.total - before.total;
		if (total > 0) load = 1 - (after.idle - before.idle) / total;
		before = after;
		return load;
	};
}

function cpuTimes(): { idle: number; total: number } {
	let idle = 0;
	let total = 0;
	for (const { times } of cpus()) {
		idle += times.idle;
		for (const ms of Object.values(times)) total += ms;
	}
	return { idle, total };
}

/** What new work could use: caches are given back. */
async function availableMemory(): Promise<number> {
	const text = await readFile("/proc/meminfo", "utf8").catch(() => "");
	const kilobytes = /^MemAvailable:\s+(\d+) kB/m.exec(text)?.[1];
	return kilobytes === undefined ? freemem() : Number(kilobytes) * 1024;
}

/** The newest answer of nvidia-smi; the next one is fetched meanwhile. */
function createGpuReader(): () => Gpus {
	let found: Gpus = [];
	let readMs = Number.NEGATIVE_INFINITY;
	let isReading = false;
	const read = (): void => {
		isReading = true;
		execFile(
			"nvidia-smi",
			[
				"--query-gpu=name,memory.total,memory.used",
				"--format=csv,noheader,nounits",
			],
			{ timeout: GPU_TIMEOUT_MS },
			(error, stdout) => {
				found = error ? [] : parseGpus(stdout);
				readMs = performance.now();
				isReading = false;
			},
		);
	};
	read();
	return () => {
		const freshMs = found.length > 0 ? GPU_FRESH_MS : NO_GPU_FRESH_MS;
		if (!isReading && performance.now() - readMs > freshMs) read();
		return found;
	};
}

/** "NVIDIA H100 PCIe, 81559, 4" for each; memory in MiB, or "[N/A]". */
export function parseGpus(text: string): Gpus {
	return text
		.split("\n")
		.map((line) => line.split(",").map((field) => field.trim()))
		.filter(([name]) => name !== "")
		.map(([name, total, used]) => ({
			name,
			...bytesOf("memoryBytes", total),
			...bytesOf("usedBytes", used),
		}));
}

function bytesOf<K extends string>(
	key: K,
	mebibytes: string | undefined,
): { [P in K]?: number } {
	const number = Number(mebibytes);
	return mebibytes && Number.isFinite(number)
		? ({ [key]: number * 2 ** 20 } as { [P in K]?: number })
		: {};
}
