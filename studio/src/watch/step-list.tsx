import type { ReactElement } from "react";
import type { JobView } from "../api/types.ts";
import { stepText } from "../strings.ts";
import { Icon } from "../ui/icon.tsx";

/** The pipeline's story, in its order. */
const STEPS = [
	"read",
	"foreground",
	"views",
	"shape",
	"surface",
	"clean",
	"texture",
	"pack",
	"validate",
	"report",
	"previews",
	"files",
] as const;

/** Which steps are done, which is at work, which are to come. */
export function StepList({ job }: { readonly job: JobView }): ReactElement {
	const parts = job.progress.step.split("/");
	const current = STEPS.findIndex((step) => parts.includes(step));
	return (
		<ol className="steps">
			{STEPS.map((step, k) => {
				const state = k < current ? "done" : k === current ? "now" : "next";
				return (
					<li
						key={step}
						className={state}
						aria-current={state === "now" ? "step" : undefined}
					>
						<span className="step-mark">
							{state === "done" && <Icon name="check" size={14} />}
						</span>
						{stepText(step)}
					</li>
				);
			})}
		</ol>
	);
}
