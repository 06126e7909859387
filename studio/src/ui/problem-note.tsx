import type { ReactElement } from "react";
import type { Problem } from "../api/problem.ts";
import { strings } from "../strings.ts";
import { Note } from "./note.tsx";

/** An error of the server, with its hint and a way to try again. */
export function ProblemNote({
	problem,
	onRetry,
}: {
	readonly problem: Problem;
	readonly onRetry?: () => void;
}): ReactElement {
	return (
		<Note
			tone="bad"
			live
			title={problem.message}
			remedy={problem.hint}
			action={
				onRetry && (
					<button type="button" className="button" onClick={onRetry}>
						{strings.common.tryAgain}
					</button>
				)
			}
		/>
	);
}
