import type { ReactElement } from "react";
import { strings } from "../strings.ts";
import { Icon, type IconName } from "../ui/icon.tsx";
import { saveFile } from "../ui/save-file.ts";
import type { Viewer } from "./viewer/types.ts";

/** Buttons at the edge of the stage. */
export function ViewerActions({
	viewer,
	title,
	spins,
	isMeasuring,
	onSpin,
	onMeasure,
}: {
	readonly viewer: Viewer | undefined;
	readonly title: string;
	readonly spins: boolean;
	readonly isMeasuring: boolean;
	readonly onSpin: (spins: boolean) => void;
	readonly onMeasure: (isMeasuring: boolean) => void;
}): ReactElement {
	return (
		<div className="stage-actions">
			<Action
				icon="home"
				label={strings.look.home}
				onClick={() => viewer?.home()}
			/>
			<Action
				icon="turn"
				label={strings.look.turntable}
				pressed={spins}
				onClick={() => onSpin(!spins)}
			/>
			<Action
				icon="ruler"
				label={strings.look.measure}
				pressed={isMeasuring}
				onClick={() => onMeasure(!isMeasuring)}
			/>
			<Action
				icon="camera"
				label={strings.look.screenshot}
				onClick={async () => {
					if (viewer) saveFile(await viewer.screenshot(), `${title}.png`);
				}}
			/>
		</div>
	);
}

function Action({
	icon,
	label,
	pressed,
	onClick,
}: {
	readonly icon: IconName;
	readonly label: string;
	readonly pressed?: boolean;
	readonly onClick: () => void;
}): ReactElement {
	return (
		<button
			type="button"
			className="button icon-only"
			aria-label={label}
			title={label}
			aria-pressed={pressed}
			onClick={onClick}
		>
			<Icon name={icon} />
		</button>
	);
}
