import type { ReactElement } from "react";

/** A share as a bar. */
export function Meter({
	label,
	share,
	tone,
}: {
	readonly label: string;
	readonly share: number;
	readonly tone?: "good" | "warn" | "bad";
}): ReactElement {
	const percent = Math.round(Math.min(1, Math.max(0, share)) * 100);
	return (
		<div
			className={tone ? `meter ${tone}` : "meter"}
			role="progressbar"
			aria-label={label}
			aria-valuenow={percent}
			aria-valuemin={0}
			aria-valuemax={100}
		>
			<span style={{ width: `${percent}%` }} />
		</div>
	);
}
