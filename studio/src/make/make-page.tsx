import { type ReactElement, useEffect, useState } from "react";
import { getEngines, getMachine, getOptionsSchema } from "../api/machine.ts";
import { asProblem, type Problem } from "../api/problem.ts";
import { goTo } from "../router.ts";
import { useResource } from "../state/use-resource.ts";
import { strings } from "../strings.ts";
import { ProblemNote } from "../ui/problem-note.tsx";
import { useDraft } from "./draft.ts";
import { loadJob } from "./load-job.ts";
import { PicturePanel } from "./picture-panel.tsx";
import { RecentJobs } from "./recent-jobs.tsx";
import { SettingsPanel } from "./settings-panel.tsx";
import { StartBar } from "./start-bar.tsx";
import { findWarnings } from "./warnings.ts";

/** From pictures to a job. */
export function MakePage({
	from,
}: {
	readonly from?: string | undefined;
}): ReactElement {
	const draft = useDraft();
	const engines = useResource("engines", getEngines);
	const schema = useResource("options", getOptionsSchema);
	const machine = useResource("machine", getMachine);
	const [loadProblem, setLoadProblem] = useState<Problem>();
	useEffect(() => {
		if (!from) return;
		goTo({ page: "make" });
		loadJob(from).catch((error) => setLoadProblem(asProblem(error)));
	}, [from]);

	const known = engines.data ?? [];
	const hasPictures = draft.pictures.length > 0;
	const problem = loadProblem ?? engines.problem ?? schema.problem;
	return (
		<div className={hasPictures ? "make" : "make empty-make"}>
			<div className="make-main">
				<div className="page-head">
					<div className="grow">
						<h1>{strings.make.title}</h1>
						<p>{strings.make.lead}</p>
					</div>
				</div>
				{problem && (
					<ProblemNote
						problem={problem}
						onRetry={() => {
							setLoadProblem(undefined);
							engines.reload();
							schema.reload();
						}}
					/>
				)}
				<PicturePanel draft={draft} />
				{!hasPictures && <RecentJobs />}
			</div>
			{hasPictures && (
				<aside className="make-side" aria-label={strings.make.engine}>
					<SettingsPanel
						draft={draft}
						engines={known}
						schema={schema.data}
						onWeights={engines.reload}
					/>
					<StartBar
						draft={draft}
						engines={known}
						warnings={findWarnings(draft, known, machine.data, schema.data)}
					/>
				</aside>
			)}
		</div>
	);
}
