import type { ReactElement } from "react";

/** Names and values. */
export function Facts({
	facts,
}: {
	readonly facts: readonly (readonly [name: string, value: string])[];
}): ReactElement {
	return (
		<dl className="facts">
			{facts.map(([name, value]) => (
				<div key={name} className="fact">
					<dt>{name}</dt>
					<dd>{value}</dd>
				</div>
			))}
		</dl>
	);
}
