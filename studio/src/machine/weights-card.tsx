import type { ReactElement } from "react";
import { getWeights, pullWeights, removeWeights } from "../api/machine.ts";
import { asProblem } from "../api/problem.ts";
import type { Weights } from "../api/types.ts";
import { useResource } from "../state/use-resource.ts";
import { strings } from "../strings.ts";
import { formatBytes } from "../ui/format.ts";
import { Icon } from "../ui/icon.tsx";
import { Meter } from "../ui/meter.tsx";
import { ProblemNote } from "../ui/problem-note.tsx";
import { say } from "../ui/toasts.tsx";

const EVERY_MS = 3000;
const TONES = {
	ready: "good",
	missing: "",
	partial: "warn",
	corrupt: "bad",
	downloading: "accent",
} as const;

/** What is here of the files that learned engines need. */
export function WeightsCard(): ReactElement {
	const { data, problem, reload } = useResource(
		"weights",
		getWeights,
		EVERY_MS,
	);
	const act = async (work: Promise<void>): Promise<void> => {
		try {
			await work;
		} catch (error) {
			say(asProblem(error).message);
		}
		reload();
	};
	return (
		<section className="card wide">
			<h2>{strings.machine.weights}</h2>
			<p className="muted small card-title">{strings.machine.weightsHelp}</p>
			{problem && <ProblemNote problem={problem} onRetry={reload} />}
			<ul className="weights">
				{data?.map((weights) => {
					const trouble = troubleOf(weights);
					return (
						<li key={weights.name}>
							<div className="weights-text">
								<strong>{weights.title}</strong>
								<span className="muted small">
									{formatBytes(weights.sizeBytes)}, {weights.licence},{" "}
									{strings.make.commercial[weights.commercial].toLowerCase()}
								</span>
								{trouble && <span className="small wrong">{trouble}</span>}
								{weights.status === "downloading" && (
									<Meter label={weights.title} share={weights.progress ?? 0} />
								)}
							</div>
							<span className={`chip ${TONES[weights.status]}`}>
								{strings.machine.weightsStates[weights.status]}
							</span>
							<Action weights={weights} onAct={act} />
						</li>
					);
				})}
			</ul>
		</section>
	);
}

/** That nothing was downloaded yet is no trouble. */
function troubleOf({ status, error, problem }: Weights): string | undefined {
	return error?.message ?? (status === "missing" ? undefined : problem);
}

function Action({
	weights,
	onAct,
}: {
	readonly weights: Weights;
	readonly onAct: (work: Promise<void>) => void;
}): ReactElement | null {
	const { name, title, status } = weights;
	if (status === "downloading") return null;
	if (status === "ready")
		return (
			<button
				type="button"
				className="button quiet icon-only"
				aria-label={strings.machine.remove(title)}
				onClick={() => onAct(removeWeights(name))}
			>
				<Icon name="trash" />
			</button>
		);
	return (
		<button
			type="button"
			className="button"
			aria-label={strings.machine.pull(title)}
			onClick={() => onAct(pullWeights(name))}
		>
			<Icon name="download" size={16} />
			{strings.machine.pullShort}
		</button>
	);
}
