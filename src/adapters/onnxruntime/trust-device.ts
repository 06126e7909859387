import type { Logger } from "../../core/run-context.ts";
import type {
	AttentionForm,
	NeuralProbe,
	NeuralTensor,
} from "../../neural/runtime.ts";
import type { DeviceRecipe } from "./devices.ts";
import type { HostAnswers } from "./host-messages.ts";

const TOLERANCE = 1e-3;
/** A device that needs longer than this many times the CPU is stopped: it is no help. */
const PATIENCE = 4;
const PATIENCE_MS = 30_000;

/** Loads a network in one form on one device, runs it on the probe's input and lets go of it. */
export type ProbeRun = (
	recipe: DeviceRecipe,
	form: AttentionForm,
	options: { repeat: boolean; timeoutMs?: number },
) => Promise<HostAnswers["run"]>;

/** Loads next to nothing on a device: fails where the machine has none. */
export type Wake = (recipe: DeviceRecipe) => Promise<void>;

/** The devices that are there at all. Most machines have no other than the CPU, and should not pay for a probe. */
export async function devicesThatStart(
	candidates: readonly DeviceRecipe[],
	wake: Wake,
	{ asked, log }: { asked: boolean; log: Logger },
): Promise<DeviceRecipe[]> {
	const started: DeviceRecipe[] = [];
	for (const recipe of candidates)
		try {
			await wake(recipe);
			started.push(recipe);
		} catch (error) {
			log[asked ? "warn" : "debug"](`${recipe.device}: does not start`, {
				reason: error instanceof Error ? error.message : String(error),
			});
		}
	return started;
}

/**
 * Finds the first device that computes the probe as the CPU does and, unless it was asked for, faster. Providers have
 * been seen to give wrong numbers without a word, so none is believed before.
 */
export async function trustDevice(
	candidates: readonly DeviceRecipe[],
	probe: NeuralProbe,
	run: ProbeRun,
	{ cpu, asked, log }: { cpu: DeviceRecipe; asked: boolean; log: Logger },
): Promise<{ recipe: DeviceRecipe; form: AttentionForm } | undefined> {
	const reference = await run(cpu, cpu.forms[0], { repeat: false });
	for (const recipe of candidates)
		for (const form of recipe.forms) {
			const name = `${recipe.device}, ${form} attention`;
			try {
				const timeoutMs = Math.max(
					PATIENCE_MS,
					PATIENCE * reference.durationMs,
				);
				const result = await run(recipe, form, { repeat: !asked, timeoutMs });
				const error = largestError(result.outputs, reference.outputs);
				const limit = probe.tolerance ?? TOLERANCE;
				if (!(error <= limit)) {
					log.warn(`${name}: not used, its results are wrong`, {
						error,
						limit,
					});
					continue;
				}
				if (!asked && result.durationMs > reference.durationMs) {
					log.info(`${name}: not used, it is slower than the CPU`, {
						ms: result.durationMs,
						cpuMs: reference.durationMs,
					});
					break;
				}
				log.info(`${name}: computes as the CPU does`, {
					error,
					ms: result.durationMs,
					cpuMs: reference.durationMs,
				});
				return { recipe, form };
			} catch (error) {
				log.warn(`${name}: not used, it does not run`, {
					reason: error instanceof Error ? error.message : String(error),
				});
			}
		}
	return undefined;
}

/** Largest relative L2 error of any output; infinite where outputs are missing or not finite. */
function largestError(
	outputs: Readonly<Record<string, NeuralTensor>>,
	expected: Readonly<Record<string, NeuralTensor>>,
): number {
	let largest = 0;
	for (const [name, { data }] of Object.entries(expected)) {
		const other = outputs[name]?.data;
		if (other === undefined || other.length !== data.length)
			return Number.POSITIVE_INFINITY;
		let difference = 0;
		let size = 0;
		for (let i = 0; i < data.length; i++) {
			const value = Number(data[i]);
			difference += (Number(other[i]) - value) ** 2;
			size += value ** 2;
		}
		const error = Math.sqrt(difference / Math.max(size, Number.MIN_VALUE));
		if (!Number.isFinite(error)) return Number.POSITIVE_INFINITY;
		largest = Math.max(largest, error);
	}
	return largest;
}
