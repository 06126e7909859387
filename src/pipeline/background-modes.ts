import {
	BACKGROUND_SESSION_NAMES,
	type BackgroundSessionName,
} from "../neural/background/sessions.ts";

const OWN_MODES = [
	"auto", // alpha where it means something, else a network if there is one, else builtin
	"alpha", // the picture's own alpha channel
	"keep", // the whole picture is the object
	"builtin", // alpha where it means something, else the best of the three below
	"uniform", // one smooth background colour
	"flood", // several background colours, flooded from the border
	"grabcut", // colour models and a minimal cut
] as const;
/** How the foreground is looked for; with a network's name: alpha where it means something, else that network. */
export type BackgroundMode = (typeof OWN_MODES)[number] | BackgroundSessionName;
export const BACKGROUND_MODES: readonly BackgroundMode[] = [
	...OWN_MODES,
	...BACKGROUND_SESSION_NAMES,
];
