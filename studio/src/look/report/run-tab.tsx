import type { ReactElement } from "react";
import type { JobView, Report } from "../../api/types.ts";
import { optionTitle, stepText, strings } from "../../strings.ts";
import { Facts } from "../../ui/facts.tsx";
import { formatBytes, formatSeconds } from "../../ui/format.ts";

const dateTime = new Intl.DateTimeFormat("en", {
	dateStyle: "medium",
	timeStyle: "short",
});

/** How the result came about: enough to make it again. */
export function RunTab({
	job,
	report,
	engineTitle,
}: {
	readonly job: JobView;
	readonly report: Report;
	readonly engineTitle: string;
}): ReactElement {
	const { manifest } = report;
	const names = strings.look.runFacts;
	const outcome = job.result?.outcomes.find(
		({ engine }) => engine === manifest.engine,
	);
	const steps = Object.entries(manifest.performance.stepMs)
		.filter(([step]) => !step.includes("/"))
		.toSorted(([, a], [, b]) => b - a);
	const longest = steps[0]?.[1] ?? 1;
	const { engine: engineOptions, ...options } = manifest.options;
	return (
		<div className="stack">
			<Facts
				facts={[
					[names.engine, engineTitle],
					[
						names.time,
						outcome ? formatSeconds(outcome.durationMs / 1000) : "–",
					],
					[names.memory, formatBytes(manifest.performance.peakMemoryMB * 1e6)],
					[names.seed, String(manifest.seed)],
					[names.created, dateTime.format(job.createdAt)],
					[names.id, job.id],
					...(job.result?.reusedFrom
						? [[names.reused, job.result.reusedFrom] as const]
						: []),
				]}
			/>
			<h3>{strings.look.stepTimes}</h3>
			<ul className="step-times">
				{steps.map(([step, ms]) => (
					<li key={step}>
						<span>{stepText(step)}</span>
						<span className="num">{formatSeconds(ms / 1000)}</span>
						<span
							className="step-bar"
							style={{ width: `${(ms / longest) * 100}%` }}
						/>
					</li>
				))}
			</ul>
			<h3>{strings.look.settings}</h3>
			<Facts facts={settingsOf({ ...options, ...asRecord(engineOptions) })} />
		</div>
	);
}

function asRecord(value: unknown): Record<string, unknown> {
	return typeof value === "object" && value !== null
		? (value as Record<string, unknown>)
		: {};
}

function settingsOf(
	options: Readonly<Record<string, unknown>>,
): readonly (readonly [string, string])[] {
	return Object.entries(options).map(([name, value]) => [
		optionTitle(name),
		typeof value === "boolean"
			? value
				? strings.common.yes
				: strings.common.no
			: String(value),
	]);
}
