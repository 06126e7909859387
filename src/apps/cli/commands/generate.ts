import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { LunarError } from "../../../core/errors.ts";
import { MODEL_FORMATS } from "../../../pipeline/model-formats.ts";
import { resolveRunOptions } from "../../../pipeline/options.ts";
import { ENGINES, engineById } from "../../wiring.ts";
import type { Command, Terminal } from "../command.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { describeFlags, type Flag, parseFlags } from "../flags.ts";
import type {
	GenerateJob,
	GenerateResult,
	WorkerMessage,
} from "../generate-job.ts";
import { takeThread } from "../generate-thread.ts";
import type { OutputPlan } from "../output-plan.ts";
import { createProgressLine, describeDuration } from "../progress-line.ts";
import {
	describeRunFlags,
	engineOptionsFrom,
	INPUT_FLAGS,
	inputsFrom,
	runFlags,
	runOptionsFrom,
} from "../run-flags.ts";

const OUTPUT_FLAGS: readonly Flag[] = [
	{
		name: "output",
		short: "o",
		type: "string",
		value: "PATH",
		description: "A model file (shoe.glb) or a folder (default out/<name>)",
	},
	{
		name: "format",
		type: "string",
		value: "LIST",
		description: `Comma-separated: ${MODEL_FORMATS.join(",")} (default glb)`,
	},
	{
		name: "preview-first",
		type: "boolean",
		description:
			"Write a coarse, closed preview.glb (beside shoe.glb: shoe.preview.glb) as soon as there is one; it stays, even when the run is stopped",
	},
	{
		name: "json",
		type: "boolean",
		description: "Events and the result as JSON lines on stdout, nothing else",
	},
];
const ENGINE_FLAG: Flag = {
	name: "engine",
	type: "string",
	value: ENGINES.map((engine) => engine.id).join("|"),
	description: "Default: the best that can run on these inputs",
};

export const generateCommand: Command = {
	name: "generate",
	help: () => `usage: lunar generate PICTURE [options]
       lunar generate --front FILE --right FILE … [options]
       lunar generate front.png right.png back.png … [options]
       lunar generate --transforms transforms.json [options]
       lunar generate FOLDER [options]      one picture, named views, or captures

inputs
${describeFlags(INPUT_FLAGS)}

output
${describeFlags(OUTPUT_FLAGS)}

${describeRunFlags(ENGINE_FLAG)}
examples
  lunar generate shoe.jpg
  lunar generate examples/cow -o cow.glb --format glb,usdz
  lunar generate captures/transforms.json --quality quality
  lunar generate desk.jpg --box 120,80,400,360
`,
	async run(args, terminal) {
		const { values, positionals } = parseFlags(args, [
			...INPUT_FLAGS,
			...OUTPUT_FLAGS,
			...runFlags(ENGINE_FLAG),
		]);
		const given = runOptionsFrom(values);
		const engine =
			values.engine === undefined || values.engine === "auto"
				? undefined
				: engineById(String(values.engine));
		const job: GenerateJob = {
			inputs: inputsFrom(values, positionals),
			...(engine ? { engine: engine.id } : {}),
			engineOptions: engineOptionsFrom(values, engine ? [engine] : ENGINES),
			options: resolveRunOptions(given),
			...(values.output === undefined
				? {}
				: { destination: String(values.output) }),
			...(values.format === undefined
				? {}
				: { formats: String(values.format) }),
			previewFirst: values["preview-first"] === true,
			cancelFlag: new SharedArrayBuffer(4),
		};
		return values.json
			? runForMachines(job, terminal)
			: runForPeople(job, terminal);
	},
};

async function runForPeople(
	job: GenerateJob,
	terminal: Terminal,
): Promise<number> {
	const progress = createProgressLine(terminal);
	let result: GenerateResult;
	try {
		result = await runInWorker(job, terminal, (message) => {
			if (message.type === "event") progress.onEvent(message.event);
			if (message.type === "preview") {
				progress.clear();
				terminal.err(
					`  preview after ${describeDuration(message.elapsedMs)}: ${message.file}\n`,
				);
			}
			if (message.type === "plan") {
				progress.clear();
				terminal.err(`engine ${message.engine} → ${message.plan.folder}\n`);
			}
		});
	} finally {
		progress.clear();
	}
	terminal.err(
		`done in ${describeDuration(result.durationMs)}, peak memory ${result.peakMemoryMB} MB\n\n`,
	);
	terminal.out(`${result.summary}\n\n`);
	for (const file of result.files)
		if (/\.(glb|obj|ply|stl|usdz)$|report\.html$/.test(file))
			terminal.out(`  ${file}\n`);
	return 0;
}

async function runForMachines(
	job: GenerateJob,
	terminal: Terminal,
): Promise<number> {
	const line = (value: unknown): void =>
		terminal.out(`${JSON.stringify(value)}\n`);
	const result = await runInWorker(job, terminal, (message) => {
		if (message.type === "event") line(message.event);
		if (message.type === "preview") line(message);
	});
	line({ type: "result", ...result });
	return 0;
}

/** Runs the job in a thread. Ctrl-C once stops it cleanly, twice at once. */
async function runInWorker(
	job: GenerateJob,
	terminal: Terminal,
	onMessage: (message: WorkerMessage) => void,
): Promise<GenerateResult> {
	const worker = takeThread();
	worker.postMessage(job);
	const cancelFlag = new Int32Array(job.cancelFlag);
	let plan: OutputPlan | undefined;
	let interrupts = 0;
	const interrupt = (): void => {
		interrupts++;
		Atomics.store(cancelFlag, 0, 1);
		if (interrupts === 1) {
			terminal.err("\nstopping … (Ctrl-C again to stop at once)\n");
			return;
		}
		void worker.terminate();
		if (plan) removeStaged(plan.folder);
		process.exit(EXIT_CODES.cancelled);
	};
	process.on("SIGINT", interrupt);
	process.on("SIGTERM", interrupt);
	try {
		return await new Promise<GenerateResult>((resolve, reject) => {
			worker.on("message", (message: WorkerMessage) => {
				if (message.type === "plan") plan = message.plan;
				if (message.type === "result") resolve(message.result);
				else if (message.type === "error") {
					const { code, message: text, step, stack } = message.error;
					const cause = new Error(text);
					if (stack) cause.stack = stack;
					const error = new LunarError(code, text, { cause });
					if (step) error.step = step;
					reject(error);
				} else onMessage(message);
			});
			worker.on("error", (error) =>
				reject(
					(error as NodeJS.ErrnoException).code === "ERR_WORKER_OUT_OF_MEMORY"
						? new LunarError(
								"OUT_OF_MEMORY",
								"the run needed more memory than Node allows",
								{ cause: error },
							)
						: error,
				),
			);
			worker.on("exit", (code) =>
				reject(new Error(`the worker ended with code ${code}`)),
			);
		});
	} finally {
		process.off("SIGINT", interrupt);
		process.off("SIGTERM", interrupt);
		await worker.terminate();
	}
}

/** What this process staged; called when there is no time for a clean stop. */
function removeStaged(folder: string): void {
	for (const entry of readdirSync(folder))
		if (
			entry.startsWith(`.lunar-${process.pid}-`) &&
			entry.endsWith(".partial")
		)
			rmSync(join(folder, entry), { recursive: true, force: true });
}
