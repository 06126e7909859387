import type { ReactElement } from "react";
import { strings } from "../../strings.ts";
import { formatPercent } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import type { FoundPlace } from "../places/find-places.ts";
import type { Place } from "../viewer/types.ts";

/** Problems that have a place; choosing one flies there. */
export function PlaceList({
	places,
	onFly,
}: {
	readonly places: readonly FoundPlace[] | undefined;
	readonly onFly: (place: Place) => void;
}): ReactElement {
	if (!places) return <p className="muted small">{strings.look.placesBusy}</p>;
	if (places.length === 0)
		return <p className="muted small">{strings.look.placesNone}</p>;
	return (
		<ul className="stack tight">
			{places.map((place) => {
				const text = textOf(place);
				return (
					<li key={`${place.kind} ${place.point}`}>
						<button
							type="button"
							className="place"
							aria-label={strings.look.flyTo(text)}
							onClick={() => onFly(place)}
						>
							<Icon
								name={place.kind === "invented" ? "eye" : "warning"}
								size={16}
							/>
							{text}
						</button>
					</li>
				);
			})}
		</ul>
	);
}

function textOf({ kind, count, areaShare }: FoundPlace): string {
	return kind === "invented"
		? strings.look.placeKinds.invented(formatPercent(areaShare))
		: strings.look.placeKinds[kind](count);
}
