import type { ReactElement } from "react";
import { strings } from "../strings.ts";
import { SEEN_COLORS } from "./viewer/seen-colors.ts";

export function SeenLegend(): ReactElement {
	return (
		<ul className="legend">
			{(["invented", "once", "often"] as const).map((name) => (
				<li key={name} className="chip">
					<span className="dot" style={{ background: SEEN_COLORS[name] }} />
					{strings.look.seenLegend[name]}
				</li>
			))}
		</ul>
	);
}
