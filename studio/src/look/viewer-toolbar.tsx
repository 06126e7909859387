import type { ReactElement } from "react";
import { strings } from "../strings.ts";
import { Segmented } from "../ui/segmented.tsx";
import {
	LIGHTS,
	type LightName,
	type ModelFacts,
	VIEW_MODES,
	type ViewMode,
} from "./viewer/types.ts";

/** How the surface is shown, and under which light. */
export function ViewerToolbar({
	mode,
	light,
	facts,
	onMode,
	onLight,
}: {
	readonly mode: ViewMode;
	readonly light: LightName;
	readonly facts: ModelFacts | undefined;
	readonly onMode: (mode: ViewMode) => void;
	readonly onLight: (light: LightName) => void;
}): ReactElement {
	return (
		<div className="toolbar">
			<Segmented
				label={strings.look.surface}
				value={mode}
				onChange={onMode}
				choices={VIEW_MODES.map((value) => ({
					value,
					text: strings.look.modes[value],
					title: strings.look.modeTitles[value],
					disabled:
						(value === "seen" && facts?.hasSeen === false) ||
						(value === "checker" && facts?.hasUvs === false),
				}))}
			/>
			<label className="row small">
				<span className="muted">{strings.look.light}</span>
				<select
					className="select"
					value={light}
					onChange={(event) => {
						const next = LIGHTS.find((name) => name === event.target.value);
						if (next) onLight(next);
					}}
				>
					{LIGHTS.map((name) => (
						<option key={name} value={name}>
							{strings.look.lights[name]}
						</option>
					))}
				</select>
			</label>
		</div>
	);
}
