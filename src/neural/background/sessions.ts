/** As rembg calls them; each is also the name of its weights. */
export const BACKGROUND_SESSION_NAMES = [
	"u2net",
	"u2netp",
	"u2net_human_seg",
	"silueta",
	"isnet-general-use",
	"isnet-anime",
	"birefnet-general",
	"birefnet-general-lite",
	"birefnet-portrait",
	"birefnet-dis",
	"birefnet-hrsod",
	"birefnet-cod",
	"birefnet-massive",
	"bria-rmbg",
] as const;
export type BackgroundSessionName = (typeof BACKGROUND_SESSION_NAMES)[number];

/** How a network for background removal is fed and read; the names and numbers are those of rembg. */
export interface BackgroundSession {
	readonly name: BackgroundSessionName;
	readonly side: number; // pixels; pictures are squashed to a square
	readonly mean: readonly [number, number, number];
	readonly std: readonly [number, number, number];
	/** What its map holds: shares that are cut off at 0 and 1, any numbers, or logits. */
	readonly map: "clip" | "plain" | "sigmoid";
	/** What a run takes, measured or estimated. */
	readonly memoryMB: number;
	/** `auto` takes the lowest that is there, fits into memory and may be used commercially. */
	readonly autoRank?: number;
}

const IMAGENET = {
	mean: [0.485, 0.456, 0.406],
	std: [0.229, 0.224, 0.225],
} as const;
const U2NET = { ...IMAGENET, side: 320, map: "clip", memoryMB: 900 } as const;
const BIREFNET = {
	...IMAGENET,
	side: 1024,
	map: "sigmoid",
	memoryMB: 7000,
} as const;

export const BACKGROUND_SESSIONS: readonly BackgroundSession[] = [
	{ ...U2NET, name: "u2net", autoRank: 3 },
	{ ...U2NET, name: "u2netp", memoryMB: 400, autoRank: 6 },
	{ ...U2NET, name: "u2net_human_seg" },
	{ ...U2NET, name: "silueta", memoryMB: 600, autoRank: 5 },
	{
		name: "isnet-general-use",
		side: 1024,
		mean: [0.5, 0.5, 0.5],
		std: [1, 1, 1],
		map: "plain",
		memoryMB: 2500,
		autoRank: 1,
	},
	{
		name: "isnet-anime",
		side: 1024,
		mean: IMAGENET.mean,
		std: [1, 1, 1],
		map: "plain",
		memoryMB: 2500,
	},
	{ ...BIREFNET, name: "birefnet-general", autoRank: 4 },
	{ ...BIREFNET, name: "birefnet-general-lite", autoRank: 2 },
	{ ...BIREFNET, name: "birefnet-portrait" },
	{ ...BIREFNET, name: "birefnet-dis" },
	{ ...BIREFNET, name: "birefnet-hrsod" },
	{ ...BIREFNET, name: "birefnet-cod" },
	{ ...BIREFNET, name: "birefnet-massive" },
	{ ...BIREFNET, name: "bria-rmbg", map: "plain" },
];

/** The session of that name, where there is one. */
export function backgroundSession(name: string): BackgroundSession | undefined {
	return BACKGROUND_SESSIONS.find((session) => session.name === name);
}
