import { type ReactElement, useCallback, useState } from "react";
import { getEngines } from "../api/machine.ts";
import type { JobView } from "../api/types.ts";
import { useResource } from "../state/use-resource.ts";
import { strings } from "../strings.ts";
import { ProblemNote } from "../ui/problem-note.tsx";
import { Segmented } from "../ui/segmented.tsx";
import { titleOfJob } from "../ui/title-of-job.ts";
import { usePlaces } from "./places/use-places.ts";
import { ChecksTab } from "./report/checks-tab.tsx";
import { FilesTab } from "./report/files-tab.tsx";
import { ReportTab } from "./report/report-tab.tsx";
import { RunTab } from "./report/run-tab.tsx";
import { resultFiles } from "./result-files.ts";
import { useReport } from "./use-report.ts";
import type { ModelFacts, Viewer } from "./viewer/types.ts";
import { ViewerPanel } from "./viewer-panel.tsx";

const TABS = ["report", "mesh", "files", "run"] as const;
type Tab = (typeof TABS)[number];

/** A finished job: the model on its stage, and beside it what it is worth. */
export function ResultView({ job }: { readonly job: JobView }): ReactElement {
	const outcomes = job.result?.outcomes ?? [];
	const [engine, setEngine] = useState(outcomes[0]?.engine ?? "");
	const [tab, setTab] = useState<Tab>("report");
	const [photo, setPhoto] = useState<string>();
	const [viewer, setViewer] = useState<Viewer>();
	const [facts, setFacts] = useState<ModelFacts>();
	const files = resultFiles(job, engine);
	const report = useReport(files.report?.url);
	const engines = useResource("engines", getEngines);
	const seenName = report.data?.inspection?.seen;
	const seenUrl = seenName && files.find(seenName)?.url;
	const places = usePlaces(viewer, facts, seenUrl);
	const onPhoto = useCallback((label: string | undefined) => {
		setPhoto(label);
	}, []);
	const titleOfEngine = (id: string): string =>
		engines.data?.find((one) => one.id === id)?.title ?? id;
	return (
		<div className="result">
			<div className="result-main">
				{outcomes.length > 1 && (
					<Segmented
						label={strings.look.engineResult}
						value={engine}
						onChange={setEngine}
						choices={outcomes.map((outcome) => ({
							value: outcome.engine,
							text: titleOfEngine(outcome.engine),
						}))}
					/>
				)}
				<ViewerPanel
					// The report says where the seen triangles are: the model waits for it.
					glbUrl={report.data || report.problem ? files.glb?.url : undefined}
					seenUrl={seenUrl}
					title={titleOfJob(job)}
					cameras={report.data?.cameras ?? []}
					photo={photo}
					photoUrl={
						job.request.inputs.find(({ label }) => label === photo)?.url
					}
					onPhoto={onPhoto}
					onViewer={setViewer}
					onFacts={setFacts}
				/>
			</div>
			<aside className="result-side card" aria-label={strings.look.report}>
				<Segmented
					label={strings.look.report}
					value={tab}
					onChange={setTab}
					choices={TABS.map((value) => ({
						value,
						text: strings.look.tabs[value],
					}))}
				/>
				{report.problem && (
					<ProblemNote problem={report.problem} onRetry={report.reload} />
				)}
				{tab === "files" && <FilesTab job={job} files={files} />}
				{report.data && tab === "report" && (
					<ReportTab
						report={report.data}
						files={files}
						places={places}
						photo={photo}
						onPhoto={onPhoto}
						onFly={(place) => viewer?.flyTo(place)}
					/>
				)}
				{report.data && tab === "mesh" && <ChecksTab report={report.data} />}
				{report.data && tab === "run" && (
					<RunTab
						job={job}
						report={report.data}
						engineTitle={titleOfEngine(engine)}
					/>
				)}
				{!report.data && !report.problem && (
					<div className="skeleton" style={{ height: 280 }} />
				)}
			</aside>
		</div>
	);
}
