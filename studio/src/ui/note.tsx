import type { ReactElement, ReactNode } from "react";
import { Icon } from "./icon.tsx";

/** Something the user should know, with what to do about it. */
export function Note({
	tone = "info",
	title,
	remedy,
	action,
	live = false,
}: {
	readonly tone?: "info" | "warn" | "bad";
	readonly title: ReactNode;
	readonly remedy?: ReactNode;
	readonly action?: ReactNode;
	/** Read out as it comes. */
	readonly live?: boolean;
}): ReactElement {
	return (
		<div
			className={tone === "info" ? "note" : `note ${tone}`}
			role={live ? "alert" : undefined}
		>
			<Icon name={tone === "info" ? "info" : "warning"} />
			<div>
				<div>{title}</div>
				{remedy && <div className="remedy">{remedy}</div>}
			</div>
			{action}
		</div>
	);
}
