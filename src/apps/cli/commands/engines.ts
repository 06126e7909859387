import { freemem } from "node:os";
import { findWeights } from "../../../adapters/weights/find-weights.ts";
import type { Engine } from "../../../core/engine.ts";
import {
	sizeOfWeights,
	weightsByName,
} from "../../../neural/weights/manifest.ts";
import { describeBytes } from "../../describe-bytes.ts";
import { ENGINES } from "../../wiring.ts";
import type { Command } from "../command.ts";
import { describeFlags, type Flag, flagsOf, parseFlags } from "../flags.ts";

const FLAGS: readonly Flag[] = [
	{ name: "json", type: "boolean", description: "Machine-readable, on stdout" },
];

export interface EngineStatus {
	readonly id: string;
	readonly title: string;
	readonly summary: string;
	readonly views: readonly [min: number, max: number];
	readonly weights: readonly string[];
	readonly memoryMB: number;
	readonly vramMB?: number;
	readonly licence: Engine["licence"];
	readonly canRun: boolean;
	/** Why not, where it cannot. */
	readonly reason?: string;
}

/** What an engine needs and whether this machine has it. */
export async function engineStatus(engine: Engine): Promise<EngineStatus> {
	const freeMB = freemem() / 2 ** 20;
	const absent = await absentWeights(engine.needs.weights);
	const reason =
		absent.length > 0
			? `needs the weights ${absent.join(", ")}`
			: engine.needs.memoryMB > freeMB
				? `needs ${engine.needs.memoryMB} MB of memory, ${Math.round(freeMB)} MB are free`
				: undefined;
	return {
		id: engine.id,
		title: engine.title,
		summary: engine.summary,
		...engine.needs,
		licence: engine.licence,
		canRun: reason === undefined,
		...(reason === undefined ? {} : { reason }),
	};
}

/** Those that are not ready, each with its size and how to get it. */
async function absentWeights(names: readonly string[]): Promise<string[]> {
	const absent: string[] = [];
	for (const name of names) {
		const { status } = await findWeights(name, process.env, { depth: "size" });
		if (status === "ready") continue;
		const size = describeBytes(sizeOfWeights(weightsByName(name)));
		absent.push(`${name} (${status}, ${size}): lunar weights pull ${name}`);
	}
	return absent;
}

export const enginesCommand: Command = {
	name: "engines",
	help: () => `usage: lunar engines [--json]\n\n${describeFlags(FLAGS)}\n`,
	async run(args, terminal) {
		const { values } = parseFlags(args, FLAGS);
		const all = await Promise.all(ENGINES.map(engineStatus));
		if (values.json) {
			terminal.out(`${JSON.stringify(all, null, 2)}\n`);
			return 0;
		}
		for (const [k, engine] of all.entries()) {
			const [min, max] = engine.views;
			terminal.out(
				`${engine.id}  ${engine.canRun ? "can run here" : `cannot run here: ${engine.reason}`}
  ${engine.title}: ${engine.summary}
  pictures ${min === max ? min : `${min}-${max}`} · memory ${engine.memoryMB} MB · weights ${engine.weights.join(", ") || "none"} · licence ${engine.licence.name} (commercial use: ${engine.licence.commercial})
${describeFlags(flagsOf(ENGINES[k].options))}

`,
			);
		}
		return 0;
	},
};
