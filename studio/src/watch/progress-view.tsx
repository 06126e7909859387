import type { ReactElement } from "react";
import type { JobView } from "../api/types.ts";
import { ViewerFrame } from "../look/viewer-frame.tsx";
import { stepText, strings } from "../strings.ts";
import { formatPercent, formatSeconds } from "../ui/format.ts";
import { JobThumb } from "../ui/job-thumb.tsx";
import { Meter } from "../ui/meter.tsx";
import { CancelButton } from "./cancel-button.tsx";
import { Elapsed } from "./elapsed.tsx";
import { InputStrip } from "./input-strip.tsx";
import { NoticeList } from "./notice-list.tsx";
import { StepList } from "./step-list.tsx";

/** A job that waits or runs: how far it is, how long it takes, and its first shape. */
export function ProgressView({
	job,
	onChange,
}: {
	readonly job: JobView;
	readonly onChange: (job: JobView) => void;
}): ReactElement {
	const { progress, outlook, request } = job;
	const preview = job.files.findLast(({ name }) =>
		name.endsWith("preview.glb"),
	);
	return (
		<div className="result">
			<div className="result-main">
				{preview ? (
					<ViewerFrame glbUrl={preview.url}>
						<StageHint text={strings.watch.previewIs} />
					</ViewerFrame>
				) : (
					<div className="stage waiting">
						<JobThumb job={job} size={320} />
						<StageHint text={strings.watch.previewSoon} />
					</div>
				)}
				<InputStrip job={job} />
			</div>
			<aside
				className="result-side card stack"
				aria-label={strings.watch.steps}
			>
				<div className="row spread">
					<h2>{strings.watch.steps}</h2>
					<span className="num">{formatPercent(progress.fraction)}</span>
				</div>
				<Meter label={strings.watch.steps} share={progress.fraction} />
				<p className="small" role="status">
					{job.state === "queued" ? waitText(job) : stepText(progress.step)}
				</p>
				<p className="muted small num">
					{outlook.secondsLeft !== undefined &&
						`${strings.watch.left(formatSeconds(Math.max(1, Math.round(outlook.secondsLeft))))} · `}
					{job.startedAt !== undefined && <Elapsed since={job.startedAt} />}
				</p>
				{job.attempts > 1 && (
					<p className="muted small">
						{strings.watch.attempt(job.attempts, request.maxAttempts)}
					</p>
				)}
				<StepList job={job} />
				<NoticeList notices={job.notices} />
				<CancelButton job={job} onChange={onChange} />
			</aside>
		</div>
	);
}

function StageHint({ text }: { readonly text: string }): ReactElement {
	return (
		<div className="stage-hint">
			<span className="chip">{text}</span>
		</div>
	);
}

function waitText({ heldBy, outlook }: JobView): string {
	if (heldBy) return strings.watch.held[heldBy];
	return outlook.queuePosition === undefined
		? strings.states.queued
		: strings.watch.position(outlook.queuePosition);
}
