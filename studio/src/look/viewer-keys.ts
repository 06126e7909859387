import type { KeyboardEvent } from "react";
import { strings } from "../strings.ts";
import type { Vec3, Viewer } from "./viewer/types.ts";

const TURN = Math.PI / 18;
const ZOOM = 0.88;
/** 1 to 6, in the order of the named views. */
const SIDES: readonly Vec3[] = [
	[0, 0, 1],
	[1, 0, 0],
	[0, 0, -1],
	[-1, 0, 0],
	[0, 1, 0.001],
	[0, -1, 0.001],
];

/** What a key does to the view; false where it does nothing. */
function press(viewer: Viewer, key: string): boolean {
	switch (key) {
		case "ArrowLeft":
			viewer.nudge(-TURN, 0, 1);
			return true;
		case "ArrowRight":
			viewer.nudge(TURN, 0, 1);
			return true;
		case "ArrowUp":
			viewer.nudge(0, -TURN, 1);
			return true;
		case "ArrowDown":
			viewer.nudge(0, TURN, 1);
			return true;
		case "+":
		case "=":
			viewer.nudge(0, 0, ZOOM);
			return true;
		case "-":
			viewer.nudge(0, 0, 1 / ZOOM);
			return true;
		case "0":
		case "Home":
			viewer.home();
			return true;
	}
	const side = SIDES[Number(key) - 1];
	if (side) viewer.lookFromSide(side);
	return side !== undefined;
}

/** Props that make an element steer the view by keyboard. */
export function viewerKeys(viewer: Viewer | undefined): {
	readonly role: "application";
	readonly tabIndex: 0;
	readonly "aria-label": string;
	readonly onKeyDown: (event: KeyboardEvent) => void;
} {
	return {
		role: "application",
		tabIndex: 0,
		"aria-label": strings.look.viewer,
		onKeyDown(event) {
			if (event.ctrlKey || event.metaKey || event.altKey || !viewer) return;
			if (press(viewer, event.key)) event.preventDefault();
		},
	};
}
