import { type ReactElement, useState } from "react";
import { createJob } from "../api/jobs.ts";
import { asProblem, type Problem } from "../api/problem.ts";
import type { AnyEngineInfo } from "../api/types.ts";
import { goTo } from "../router.ts";
import { strings } from "../strings.ts";
import { Note } from "../ui/note.tsx";
import { ProblemNote } from "../ui/problem-note.tsx";
import { changeDraft, type Draft } from "./draft.ts";
import { jobRequest } from "./job-request.ts";
import type { Warning } from "./warnings.ts";

/** What stands in the way, and the button that starts. */
export function StartBar({
	draft,
	engines,
	warnings,
}: {
	readonly draft: Draft;
	readonly engines: readonly AnyEngineInfo[];
	readonly warnings: readonly Warning[];
}): ReactElement {
	const [isStarting, setStarting] = useState(false);
	const [problem, setProblem] = useState<Problem>();
	const isUploading = draft.pictures.some(
		({ status, upload }) => !upload && status !== "failed",
	);
	const isStopped = warnings.some(({ stops }) => stops);
	const engine = engines.find(({ id }) => id === draft.engine);
	const start = async (): Promise<void> => {
		setStarting(true);
		setProblem(undefined);
		try {
			const job = await createJob(jobRequest(draft));
			// The pictures stay for another try with other settings; the name was for this one.
			changeDraft((old) => ({ ...old, title: "", loadedFrom: undefined }));
			goTo({ page: "job", id: job.id });
		} catch (error) {
			setProblem(asProblem(error));
			setStarting(false);
		}
	};
	return (
		<section className="start stack" aria-label={strings.make.start}>
			{warnings.length > 0 && (
				<ul className="stack tight" data-testid="warnings">
					{warnings.map((warning) => (
						<li key={warning.id}>
							<Note
								tone={
									warning.stops
										? "bad"
										: warning.severity === "warn"
											? "warn"
											: "info"
								}
								title={warning.title}
								remedy={warning.remedy}
							/>
						</li>
					))}
				</ul>
			)}
			{problem && <ProblemNote problem={problem} />}
			<div className="start-line">
				<span className="muted small">
					{isUploading
						? strings.make.waitForUploads
						: strings.make.ready(
								draft.pictures.length,
								engine?.title ?? strings.make.engineAuto,
							)}
				</span>
				<button
					type="button"
					className="button primary large"
					disabled={isStarting || isUploading || isStopped}
					onClick={start}
				>
					{isStarting ? strings.make.starting : strings.make.start}
				</button>
			</div>
		</section>
	);
}
