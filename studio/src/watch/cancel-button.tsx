import { type ReactElement, useState } from "react";
import { cancelJob } from "../api/jobs.ts";
import { asProblem } from "../api/problem.ts";
import type { JobView } from "../api/types.ts";
import { strings } from "../strings.ts";
import { say } from "../ui/toasts.tsx";

/** Two steps, so that a slip of the finger costs nothing. */
export function CancelButton({
	job,
	onChange,
}: {
	readonly job: JobView;
	readonly onChange: (job: JobView) => void;
}): ReactElement {
	const [isAsked, setAsked] = useState(false);
	const [isBusy, setBusy] = useState(false);
	const send = async (confirm: boolean): Promise<void> => {
		setBusy(true);
		try {
			const answer = await cancelJob(job.id, confirm);
			onChange(answer.job);
			setAsked(answer.outcome === "pending");
			if (answer.outcome === "too-late") say(strings.watch.tooLate);
		} catch (error) {
			say(asProblem(error).message);
		}
		setBusy(false);
	};
	if (job.cancelling || (isBusy && isAsked))
		return (
			<p className="chip warn" role="status">
				{strings.watch.cancelling}
			</p>
		);
	if (!isAsked)
		return (
			<button
				type="button"
				className="button"
				disabled={isBusy}
				onClick={() => send(false)}
			>
				{strings.watch.cancel}
			</button>
		);
	return (
		<fieldset className="row" aria-label={strings.watch.cancelSure}>
			<span className="small">{strings.watch.cancelSure}</span>
			<button
				type="button"
				className="button danger"
				onClick={() => send(true)}
			>
				{strings.watch.cancelYes}
			</button>
			<button
				type="button"
				className="button"
				// biome-ignore lint/a11y/noAutofocus: the safe answer takes the place of the button that was pressed
				autoFocus
				onClick={() => setAsked(false)}
			>
				{strings.watch.cancelNo}
			</button>
		</fieldset>
	);
}
