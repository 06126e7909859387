import { LunarError } from "../../../core/errors.ts";
import type { Command, Terminal } from "../command.ts";
import { describeFlags, type Flag, parseFlags } from "../flags.ts";
import { listWeights } from "./weights-list.ts";
import { pull } from "./weights-pull.ts";
import { remove } from "./weights-remove.ts";
import { printPaths, verify } from "./weights-verify.ts";

/** What every part of the command is given. */
export interface WeightsArguments {
	readonly names: readonly string[];
	readonly json: boolean;
	readonly force: boolean;
	readonly dryRun: boolean;
	readonly terminal: Terminal;
}

const FLAGS: readonly Flag[] = [
	{
		name: "force",
		type: "boolean",
		description: "pull: fetch again what is there and right",
	},
	{
		name: "dry-run",
		type: "boolean",
		description: "pull, remove: only say what would be done",
	},
	{
		name: "json",
		type: "boolean",
		description: "Machine-readable, on stdout; pull: one line per event",
	},
];

const PARTS: Readonly<
	Record<string, (given: WeightsArguments) => Promise<number>>
> = { list: listWeights, pull, verify, path: printPaths, remove };

export const weightsCommand: Command = {
	name: "weights",
	help: () => `usage: lunar weights list [--json]
       lunar weights pull NAME … [--force] [--dry-run] [--json]
       lunar weights verify [NAME …] [--json]
       lunar weights path NAME [--json]
       lunar weights remove NAME … [--dry-run] [--json]

Nothing else downloads anything. A pull that was stopped goes on where it stopped; two at once share one download; every
file is checked before it is used. Files are shared with the tools you may have: Hugging Face's cache and rembg's.

${describeFlags(FLAGS)}

environment
  HF_HOME, HF_HUB_CACHE   Hugging Face's cache (default ~/.cache/huggingface/hub)
  HF_ENDPOINT             a mirror of the hub
  HF_TOKEN                for gated models; else the token that "hf auth login" keeps
  HF_HUB_OFFLINE          1: never ask the hub
  U2NET_HOME              rembg's folder (default ~/.u2net)
  LUNAR_REMBG_URL         a mirror of rembg's releases
  HTTPS_PROXY, NO_PROXY   used by pull; NODE_EXTRA_CA_CERTS for a company's certificate

Exit code 0 when all is there and right, 3 when something is missing, damaged or cannot be fetched.
`,
	async run(args, terminal) {
		const { values, positionals } = parseFlags(args, FLAGS);
		const [part = "list", ...names] = positionals;
		const run = PARTS[part];
		if (run === undefined)
			throw new LunarError(
				"OPTION_INVALID",
				`weights has no "${part}"; it has ${Object.keys(PARTS).join(", ")}`,
			);
		return run({
			names: [...new Set(names)],
			json: values.json === true,
			force: values.force === true,
			dryRun: values["dry-run"] === true,
			terminal,
		});
	},
};
