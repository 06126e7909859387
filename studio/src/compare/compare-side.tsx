import type { ReactElement } from "react";
import type { ResultFiles } from "../look/result-files.ts";
import type { Viewer } from "../look/viewer/types.ts";
import { ViewerFrame } from "../look/viewer-frame.tsx";
import { hrefOf } from "../router.ts";
import { strings } from "../strings.ts";
import { parseResultId, type ResultName } from "./result-id.ts";

/** One of the two: which result, and its stage. */
export function CompareSide({
	label,
	results,
	chosen,
	seen,
	onChoose,
	onViewer,
}: {
	readonly label: string;
	readonly results: readonly ResultName[];
	readonly chosen:
		| { readonly id: string; readonly files: ResultFiles }
		| undefined;
	readonly seen: string | undefined;
	readonly onChoose: (id: string) => void;
	readonly onViewer: (viewer: Viewer | undefined) => void;
}): ReactElement {
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
				glbUrl={chosen?.files.glb?.url}
				seenUrl={seen && chosen?.files.find(seen)?.url}
				onViewer={onViewer}
			/>
		</section>
	);
}
