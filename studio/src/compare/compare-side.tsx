import type { ReactElement } from "react";
import type { Report } from "../api/types.ts";
import type { ResultFiles } from "../look/result-files.ts";
import type { Viewer } from "../look/viewer/types.ts";
import { ViewerFrame } from "../look/viewer-frame.tsx";
import { hrefOf } from "../router.ts";
import type { Resource } from "../state/use-resource.ts";
import { strings } from "../strings.ts";
import { parseResultId, type ResultName } from "./result-id.ts";

/** One of the two: which result, and its stage. */
export function CompareSide({
	label,
	results,
	chosen,
	report,
	onChoose,
	onViewer,
}: {
	readonly label: string;
	readonly results: readonly ResultName[];
	readonly chosen:
		| { readonly id: string; readonly files: ResultFiles }
		| undefined;
	readonly report: Resource<Report>;
	readonly onChoose: (id: string) => void;
	readonly onViewer: (viewer: Viewer | undefined) => void;
}): ReactElement {
	const seen = report.data?.inspection?.seen;
	return (
		<section className="stack tight" aria-label={label}>
			<div className="row">
				<select
					className="select grow"
					aria-label={`${label}: ${strings.compare.choose}`}
					value={chosen?.id ?? ""}
					onChange={(event) => onChoose(event.target.value)}
				>
					{!chosen && <option value="">{strings.compare.choose}</option>}
					{results.map(({ id, text }) => (
						<option key={id} value={id}>
							{text}
						</option>
					))}
				</select>
				{chosen && (
					<a
						className="button"
						href={hrefOf({ page: "job", id: parseResultId(chosen.id).jobId })}
					>
						{strings.history.open}
					</a>
				)}
			</div>
			<ViewerFrame
				// The report says where the seen triangles are: the model waits for it.
				glbUrl={
					report.data || report.problem ? chosen?.files.glb?.url : undefined
				}
				seenUrl={seen && chosen?.files.find(seen)?.url}
				onViewer={onViewer}
			/>
		</section>
	);
}
