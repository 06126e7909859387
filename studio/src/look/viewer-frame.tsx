import { type ReactElement, type ReactNode, useEffect, useRef } from "react";
import type { Problem } from "../api/problem.ts";
import { strings } from "../strings.ts";
import { ProblemNote } from "../ui/problem-note.tsx";
import { useModel, useViewer } from "./use-viewer.ts";
import type { ModelFacts, Viewer } from "./viewer/types.ts";
import { viewerKeys } from "./viewer-keys.ts";

/** The stage: a model that can be turned by mouse, touch and keyboard. */
export function ViewerFrame({
	glbUrl,
	seenUrl,
	onViewer,
	onFacts,
	children,
}: {
	readonly glbUrl: string | undefined;
	readonly seenUrl?: string | undefined;
	readonly onViewer?: (viewer: Viewer | undefined) => void;
	readonly onFacts?: (facts: ModelFacts | undefined) => void;
	readonly children?: ReactNode;
}): ReactElement {
	const container = useRef<HTMLDivElement>(null);
	const { viewer, problem: viewerProblem } = useViewer(container);
	const { facts, problem: modelProblem } = useModel(viewer, glbUrl, seenUrl);
	useEffect(() => onViewer?.(viewer), [viewer, onViewer]);
	useEffect(() => onFacts?.(facts), [facts, onFacts]);
	const problem: Problem | undefined = viewerProblem ?? modelProblem;
	return (
		<div className="stage" data-loaded={facts !== undefined}>
			<div className="stage-canvas" ref={container} {...viewerKeys(viewer)} />
			{children}
			{problem ? (
				<div className="stage-note">
					<ProblemNote problem={problem} />
				</div>
			) : (
				glbUrl &&
				!facts && (
					<div className="stage-note" role="status">
						<span className="chip">{strings.look.loading}</span>
					</div>
				)
			)}
		</div>
	);
}
