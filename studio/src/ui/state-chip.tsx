import type { ReactElement } from "react";
import type { JobView } from "../api/types.ts";
import { strings } from "../strings.ts";
import { formatPercent } from "./format.ts";

const VERDICT_TONES = { pass: "good", warn: "warn", fail: "bad" } as const;

/** Where a job stands; of a finished one, what the report says. */
export function StateChip({ job }: { readonly job: JobView }): ReactElement {
	const { state } = job;
	if (state === "running")
		return (
			<span className="chip accent num">
				{strings.states.running} {formatPercent(job.progress.fraction)}
			</span>
		);
	if (state === "failed")
		return <span className="chip bad">{strings.states.failed}</span>;
	const verdict = job.result?.outcomes[0]?.verdict;
	if (state === "succeeded" && verdict)
		return (
			<span className={`chip ${VERDICT_TONES[verdict]}`}>
				{strings.verdicts[verdict]}
			</span>
		);
	return <span className="chip">{strings.states[state]}</span>;
}
