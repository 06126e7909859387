import { type ReactElement, useCallback, useEffect, useState } from "react";
import { getJob, listJobs } from "../api/jobs.ts";
import type { JobView } from "../api/types.ts";
import { resultFiles } from "../look/result-files.ts";
import { useReport } from "../look/use-report.ts";
import type { LightName, Viewer, ViewMode } from "../look/viewer/types.ts";
import { ViewerToolbar } from "../look/viewer-toolbar.tsx";
import { goTo, hrefOf } from "../router.ts";
import { useJobList } from "../state/use-job-list.ts";
import { useResource } from "../state/use-resource.ts";
import { strings } from "../strings.ts";
import { Empty } from "../ui/empty.tsx";
import { ProblemNote } from "../ui/problem-note.tsx";
import { CompareSide } from "./compare-side.tsx";
import { CompareTable } from "./compare-table.tsx";
import { lockCameras } from "./lock-cameras.ts";
import { parseResultId, resultsOf, wholeResultId } from "./result-id.ts";

const OFFERED = 100;

/** Two results side by side, seen from the same place. */
export function ComparePage({
	a,
	b,
}: {
	readonly a?: string | undefined;
	readonly b?: string | undefined;
}): ReactElement {
	const list = useJobList("compare", (signal) =>
		listJobs({ state: "succeeded", limit: OFFERED }, signal),
	);
	const jobs = useWithNamed(list.jobs, list.data !== undefined, [a, b]);
	const results = resultsOf(jobs);
	const first = wholeResultId(a, jobs) ?? results[0]?.id;
	const second = wholeResultId(b, jobs) ?? partnerOf(jobs, first);
	const left = pick(jobs, first);
	const right = pick(jobs, second);
	const [mode, setMode] = useState<ViewMode>("textured");
	const [light, setLight] = useState<LightName>("soft");
	const [viewers, setViewers] = useState<readonly (Viewer | undefined)[]>([]);
	const takeLeft = useCallback(
		(viewer: Viewer | undefined) => setViewers((old) => [viewer, old[1]]),
		[],
	);
	const takeRight = useCallback(
		(viewer: Viewer | undefined) => setViewers((old) => [old[0], viewer]),
		[],
	);
	const [one, two] = viewers;
	useEffect(() => (one && two ? lockCameras(one, two) : undefined), [one, two]);
	useEffect(() => {
		for (const viewer of [one, two]) viewer?.setMode(mode);
	}, [one, two, mode]);
	useEffect(() => {
		for (const viewer of [one, two]) viewer?.setLight(light);
	}, [one, two, light]);

	const leftReport = useReport(left?.files.report?.url);
	const rightReport = useReport(right?.files.report?.url);
	if (list.problem && !list.data)
		return <ProblemNote problem={list.problem} onRetry={list.reload} />;
	if (!list.data)
		return <div className="skeleton" style={{ height: 420 }} aria-busy />;
	if (results.length < 2)
		return (
			<>
				<h1>{strings.compare.title}</h1>
				<Empty
					icon="columns"
					title={strings.compare.empty}
					text={strings.compare.emptyText}
				>
					<a className="button primary" href={hrefOf({ page: "make" })}>
						{strings.make.title}
					</a>
				</Empty>
			</>
		);
	const choose = (nextA: string | undefined, nextB: string | undefined): void =>
		goTo({
			page: "compare",
			...(nextA ? { a: nextA } : {}),
			...(nextB ? { b: nextB } : {}),
		});
	return (
		<>
			<div className="page-head">
				<div className="grow">
					<h1>{strings.compare.title}</h1>
					<p>{strings.compare.lead}</p>
				</div>
				<button
					type="button"
					className="button"
					onClick={() => choose(right?.id, left?.id)}
				>
					{strings.compare.swap}
				</button>
			</div>
			<ViewerToolbar
				mode={mode}
				light={light}
				facts={undefined}
				onMode={setMode}
				onLight={setLight}
			/>
			<div className="compare">
				<CompareSide
					label={strings.compare.left}
					results={results}
					chosen={left}
					report={leftReport}
					onChoose={(id) => choose(id, right?.id)}
					onViewer={takeLeft}
				/>
				<CompareSide
					label={strings.compare.right}
					results={results}
					chosen={right}
					report={rightReport}
					onChoose={(id) => choose(left?.id, id)}
					onViewer={takeRight}
				/>
			</div>
			{left && right && leftReport.data && rightReport.data && (
				<CompareTable
					left={{ ...left, report: leftReport.data }}
					right={{ ...right, report: rightReport.data }}
				/>
			)}
		</>
	);
}

function pick(
	jobs: readonly JobView[],
	id: string | undefined,
):
	| {
			readonly id: string;
			readonly job: JobView;
			readonly engine: string;
			readonly files: ReturnType<typeof resultFiles>;
	  }
	| undefined {
	if (!id) return undefined;
	const { jobId, engine } = parseResultId(id);
	const job = jobs.find((candidate) => candidate.id === jobId);
	const chosen = engine ?? job?.result?.outcomes[0]?.engine;
	if (!job || !chosen) return undefined;
	return { id, job, engine: chosen, files: resultFiles(job, chosen) };
}

/** The jobs of the list, and those that are named but older than the list goes back. */
function useWithNamed(
	listed: readonly JobView[],
	isListed: boolean,
	ids: readonly (string | undefined)[],
): readonly JobView[] {
	const missing = isListed
		? ids
				.filter((id) => id !== undefined)
				.map((id) => parseResultId(id).jobId)
				.filter((id) => !listed.some((job) => job.id === id))
		: [];
	const named = useResource(`jobs ${missing.join(" ")}`, (signal) =>
		Promise.all(missing.map((id) => getJob(id, signal))),
	);
	return [...listed, ...(named.data ?? [])];
}

/** The other engine's result of the same job, else the newest other one, rather of the same pictures. */
function partnerOf(
	jobs: readonly JobView[],
	id: string | undefined,
): string | undefined {
	if (!id) return undefined;
	const results = resultsOf(jobs);
	const { jobId } = parseResultId(id);
	const job = jobs.find((candidate) => candidate.id === jobId);
	const others = results.filter((result) => result.id !== id);
	const hashes = (one: JobView | undefined): string =>
		one?.request.inputs.map(({ sha256 }) => sha256).join() ?? "";
	return (
		others.find((result) => parseResultId(result.id).jobId === jobId) ??
		others.find(
			(result) =>
				hashes(
					jobs.find(
						(candidate) => candidate.id === parseResultId(result.id).jobId,
					),
				) === hashes(job),
		) ??
		others[0]
	)?.id;
}
