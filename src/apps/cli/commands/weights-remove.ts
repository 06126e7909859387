import { removeWeights } from "../../../adapters/weights/remove-weights.ts";
import { LunarError } from "../../../core/errors.ts";
import { weightsByName } from "../../../neural/weights/manifest.ts";
import { describeBytes } from "../../describe-bytes.ts";
import type { WeightsArguments } from "./weights.ts";

/** Frees the disk. The caches are shared: other tools lose these files too. */
export async function remove({
	names,
	json,
	dryRun,
	terminal,
}: WeightsArguments): Promise<number> {
	if (names.length === 0)
		throw new LunarError("OPTION_INVALID", "weights remove takes a NAME");
	const results = [];
	for (const entry of names.map(weightsByName)) {
		const files = await removeWeights(entry, process.env, { dryRun });
		results.push({ name: entry.name, files });
		if (json) continue;
		const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
		for (const { path } of files) terminal.out(`  ${path}\n`);
		terminal.out(
			files.length === 0
				? `${entry.name} is not on this machine\n`
				: `${entry.name}: ${describeBytes(bytes)} ${dryRun ? "would be freed" : "freed"}\n`,
		);
	}
	if (json) terminal.out(`${JSON.stringify(results, null, 2)}\n`);
	return 0;
}
