import {
	findWeights,
	type WeightStatus,
} from "../../../adapters/weights/find-weights.ts";
import {
	sizeOfWeights,
	WEIGHTS,
	type WeightEntry,
} from "../../../neural/weights/manifest.ts";
import { describeBytes } from "../../describe-bytes.ts";
import type { WeightsArguments } from "./weights.ts";

const MARKS: Readonly<Record<WeightStatus, string>> = {
	ready: "✓",
	missing: " ",
	incomplete: "…",
	corrupt: "✕",
};

/** One entry of `lunar weights list --json`. */
export interface ListedWeights {
	readonly name: string;
	readonly title: string;
	readonly use: WeightEntry["use"];
	readonly sizeBytes: number;
	readonly status: WeightStatus;
	readonly problem?: string;
	readonly licence: WeightEntry["licence"];
	readonly source: WeightEntry["source"];
	readonly files: WeightEntry["files"];
}

/** By size only: a list does not read gigabytes. */
export async function listWeights({
	json,
	terminal,
}: WeightsArguments): Promise<number> {
	const listed: ListedWeights[] = [];
	for (const entry of WEIGHTS) {
		const { status, problem } = await findWeights(entry.name, process.env, {
			depth: "size",
		});
		listed.push({
			name: entry.name,
			title: entry.title,
			use: entry.use,
			sizeBytes: sizeOfWeights(entry),
			status,
			...(status === "ready" || problem === undefined ? {} : { problem }),
			licence: entry.licence,
			source: entry.source,
			files: entry.files,
		});
	}
	if (json) {
		terminal.out(`${JSON.stringify(listed, null, 2)}\n`);
		return 0;
	}
	const width = Math.max(...listed.map(({ name }) => name.length));
	for (const use of ["engine", "background"] as const) {
		terminal.out(
			use === "engine"
				? "engines\n"
				: "\nbackground removal (--background NAME)\n",
		);
		for (const { name, title, sizeBytes, status, licence } of listed.filter(
			(entry) => entry.use === use,
		)) {
			const commercial =
				licence.commercial === "yes"
					? ""
					: `, commercial use: ${licence.commercial}`;
			const state = status === "missing" ? "" : `  ${status}`;
			terminal.out(
				`${MARKS[status]} ${name.padEnd(width)}  ${describeBytes(sizeBytes).padStart(7)}  ${title} (${licence.name}${commercial})${state}\n`,
			);
		}
	}
	terminal.out("\nlunar weights pull NAME\n");
	return 0;
}
