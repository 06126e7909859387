import {
	type FoundWeights,
	findWeights,
} from "../../../adapters/weights/find-weights.ts";
import { LunarError } from "../../../core/errors.ts";
import { WEIGHTS, weightsByName } from "../../../neural/weights/manifest.ts";
import { createTransferLine } from "../transfer-line.ts";
import type { WeightsArguments } from "./weights.ts";

/** Reads every byte. Without names: whatever is there. */
export async function verify({
	names,
	json,
	terminal,
}: WeightsArguments): Promise<number> {
	const asked = names.length > 0;
	const entries = asked ? names.map(weightsByName) : WEIGHTS;
	const line = createTransferLine(terminal);
	const checked: ({ name: string } & FoundWeights)[] = [];
	for (const { name } of entries) {
		const found = await findWeights(name, process.env, {
			depth: "always",
			onRead: (file, bytes) => line.draw(file.name, bytes, file.sizeBytes),
		});
		line.clear();
		if (!asked && found.status === "missing") continue;
		checked.push({ name, ...found });
		if (json) continue;
		terminal.out(
			found.status === "ready"
				? `✓ ${name}  complete and right\n`
				: `✕ ${name}  ${found.status}: ${found.problem}\n  → lunar weights pull ${name}\n`,
		);
	}
	if (json) terminal.out(`${JSON.stringify(checked, null, 2)}\n`);
	else if (checked.length === 0)
		terminal.out("no weights are on this machine\n");
	return checked.every(({ status }) => status === "ready") ? 0 : 3;
}

/** The paths of an entry's files, one a line, for scripts. */
export async function printPaths({
	names,
	json,
	terminal,
}: WeightsArguments): Promise<number> {
	if (names.length !== 1)
		throw new LunarError(
			"OPTION_INVALID",
			`weights path takes one NAME, ${names.length} were given`,
		);
	const [name] = names;
	const found = await findWeights(name, process.env, { depth: "size" });
	if (found.status !== "ready")
		throw new LunarError(
			found.status === "corrupt" ? "WEIGHTS_CORRUPT" : "WEIGHTS_MISSING",
			`${name} is ${found.status} (${found.problem}): lunar weights pull ${name}`,
		);
	if (json) terminal.out(`${JSON.stringify(found.files, null, 2)}\n`);
	else for (const path of Object.values(found.files)) terminal.out(`${path}\n`);
	return 0;
}
