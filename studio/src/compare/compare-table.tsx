import type { ReactElement } from "react";
import type { JobView, Report } from "../api/types.ts";
import type { ResultFiles } from "../look/result-files.ts";
import { strings } from "../strings.ts";
import {
	formatBytes,
	formatCount,
	formatPercent,
	formatSeconds,
} from "../ui/format.ts";

interface Compared {
	readonly job: JobView;
	readonly engine: string;
	readonly files: ResultFiles;
	readonly report: Report;
}

interface Row {
	readonly title: string;
	readonly text: (one: Compared) => string;
	/** Left out: neither is better. */
	readonly value?: (one: Compared) => number | undefined;
	readonly better?: "higher" | "lower";
}

const names = strings.compare.figures;
const outcomeOf = ({ job, engine }: Compared) =>
	job.result?.outcomes.find((outcome) => outcome.engine === engine);

function figure(
	title: string,
	better: "higher" | "lower",
	value: (one: Compared) => number | undefined,
	format: (value: number) => string,
): Row {
	return {
		title,
		better,
		value,
		text(one) {
			const measured = value(one);
			return measured === undefined ? "–" : format(measured);
		},
	};
}

const ROWS: readonly Row[] = [
	{ title: names.engine, text: ({ engine }) => engine },
	{
		title: names.quality,
		text: ({ job }) => job.request.options.quality ?? "balanced",
	},
	{
		title: names.verdict,
		text: ({ report }) => strings.verdicts[report.verdict],
	},
	figure(
		names.iou,
		"higher",
		(one) => outcomeOf(one)?.silhouetteIou,
		(value) => value.toFixed(3),
	),
	figure(
		names.ssim,
		"higher",
		(one) => outcomeOf(one)?.ssim,
		(value) => value.toFixed(3),
	),
	figure(
		names.psnr,
		"higher",
		(one) => outcomeOf(one)?.psnrDb,
		(value) => `${value.toFixed(1)} dB`,
	),
	figure(
		names.invented,
		"lower",
		({ report }) => report.seen?.inventedShare,
		formatPercent,
	),
	figure(
		names.crossings,
		"lower",
		({ report }) => report.mesh.selfIntersectingTriangleCount,
		formatCount,
	),
	{
		title: names.triangles,
		text: ({ report }) => formatCount(report.mesh.triangleCount),
	},
	{
		title: names.texture,
		text: ({ report }) => (report.texture ? `${report.texture.width} px` : "–"),
	},
	figure(names.size, "lower", ({ files }) => files.glb?.sizeBytes, formatBytes),
	figure(
		names.time,
		"lower",
		(one) => outcomeOf(one)?.durationMs,
		(value) => formatSeconds(value / 1000),
	),
	figure(
		names.memory,
		"lower",
		(one) => outcomeOf(one)?.peakMemoryMB,
		(value) => formatBytes(value * 1e6),
	),
];

/** The figures of both, the better one marked. */
export function CompareTable({
	left,
	right,
}: {
	readonly left: Compared;
	readonly right: Compared;
}): ReactElement {
	return (
		<section className="card">
			<table className="table compare-table">
				<caption className="visually-hidden">{strings.compare.table}</caption>
				<thead>
					<tr>
						<th scope="col">{strings.compare.table}</th>
						<th scope="col">{strings.compare.left}</th>
						<th scope="col">{strings.compare.right}</th>
					</tr>
				</thead>
				<tbody>
					{ROWS.map((row) => {
						const best = betterOf(row, left, right);
						return (
							<tr key={row.title}>
								<th scope="row">{row.title}</th>
								<Cell text={row.text(left)} isBetter={best === "left"} />
								<Cell text={row.text(right)} isBetter={best === "right"} />
							</tr>
						);
					})}
				</tbody>
			</table>
		</section>
	);
}

function Cell({
	text,
	isBetter,
}: {
	readonly text: string;
	readonly isBetter: boolean;
}): ReactElement {
	return (
		<td className={isBetter ? "better" : undefined}>
			{text}
			{isBetter && (
				<span className="visually-hidden"> ({strings.compare.better})</span>
			)}
		</td>
	);
}

function betterOf(
	{ value, better }: Row,
	left: Compared,
	right: Compared,
): "left" | "right" | undefined {
	const a = value?.(left);
	const b = value?.(right);
	if (a === undefined || b === undefined || a === b) return undefined;
	return a > b === (better === "higher") ? "left" : "right";
}
