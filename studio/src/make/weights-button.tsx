import { type ReactElement, useEffect, useRef } from "react";
import { getWeights, pullWeights } from "../api/machine.ts";
import { useResource } from "../state/use-resource.ts";
import { strings } from "../strings.ts";
import { formatBytes, formatPercent } from "../ui/format.ts";
import { say } from "../ui/toasts.tsx";

/** Downloads what an engine needs, and shows how far it is. */
export function WeightsButton({
	names,
	onDone,
}: {
	readonly names: readonly string[];
	readonly onDone: () => void;
}): ReactElement | null {
	const weights = useResource("weights", getWeights, 1500);
	const needed = weights.data?.filter(({ name }) => names.includes(name)) ?? [];
	const missing = needed.filter(({ status }) => status !== "ready");
	const wasMissing = useRef(false);
	useEffect(() => {
		if (missing.length > 0) wasMissing.current = true;
		else if (wasMissing.current && needed.length > 0) {
			wasMissing.current = false;
			onDone();
		}
	}, [missing.length, needed.length, onDone]);
	if (missing.length === 0) return null;
	const loading = missing.find(({ status }) => status === "downloading");
	if (loading)
		return (
			<span className="chip num">
				{strings.machine.weightsStates.downloading}{" "}
				{formatPercent(loading.progress ?? 0)}
			</span>
		);
	const size = missing.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
	return (
		<button
			type="button"
			className="button"
			onClick={async () => {
				try {
					await Promise.all(missing.map(({ name }) => pullWeights(name)));
				} catch (error) {
					say(error instanceof Error ? error.message : String(error));
				}
				weights.reload();
			}}
		>
			{strings.make.getWeights} ({formatBytes(size)})
		</button>
	);
}
