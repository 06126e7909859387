import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// node bench/service/start.ts
// What `lunar serve` takes until it answers, started again and again on one data folder and killed each time: seconds of
// processor time (Linux), which neighbours do not change much, and of the clock.

const STARTS = 8;
/** Compiled code is kept once a server has lived so long. */
const FIRST_MS = 4000;
const MS_PER_TICK = 10;
const LUNAR = fileURLToPath(new URL("../../bin/lunar", import.meta.url));

const folder = await mkdtemp(join(tmpdir(), "lunar-start-"));
await start(FIRST_MS);
const cpu: number[] = [];
const wall: number[] = [];
for (let k = 0; k < STARTS; k++) {
	const { cpuMs, wallMs } = await start(0);
	cpu.push(cpuMs);
	wall.push(wallMs);
}
await rm(folder, { recursive: true });
for (const [name, values] of Object.entries({ cpu, wall })) {
	values.sort((a, b) => a - b);
	console.log(
		`${name}: median ${Math.round(values[values.length >> 1])} ms, slowest ${Math.round(values.at(-1) ?? 0)} ms`,
	);
}

async function start(
	livesMs: number,
): Promise<{ readonly cpuMs: number; readonly wallMs: number }> {
	const startedMs = performance.now();
	const child = spawn(
		process.execPath,
		[LUNAR, "serve", "--port", "0", "--data-path", folder],
		{ stdio: ["ignore", "pipe", "ignore"] },
	);
	for await (const chunk of child.stdout)
		if (String(chunk).includes("ready")) break;
	const wallMs = performance.now() - startedMs;
	const cpuMs = await cpuOf(child.pid ?? 0);
	await new Promise((resolve) => setTimeout(resolve, livesMs));
	child.kill("SIGKILL");
	await new Promise((resolve) => child.once("exit", resolve));
	return { cpuMs, wallMs };
}

/** User and system time of a process. */
async function cpuOf(pid: number): Promise<number> {
	const text = await readFile(`/proc/${pid}/stat`, "utf8");
	const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
	return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}
