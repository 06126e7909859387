import type { ReactElement } from "react";
import { strings } from "../strings.ts";

const TONES = { pass: "good", warn: "warn", fail: "bad" } as const;

export function VerdictChip({
	verdict,
}: {
	readonly verdict: keyof typeof TONES;
}): ReactElement {
	return (
		<span className={`chip ${TONES[verdict]}`}>
			{strings.verdicts[verdict]}
		</span>
	);
}
