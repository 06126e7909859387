import type { ReactElement } from "react";

// 24 × 24, drawn with lines of 1.75; our own.
const PATHS = {
	plus: "M12 5v14M5 12h14",
	cube: "M12 3 4 7.5v9L12 21l8-4.5v-9L12 3Zm0 9 8-4.5M12 12 4 7.5M12 12v9",
	clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm0-14v5l3 2",
	columns: "M4 5h6v14H4zM14 5h6v14h-6z",
	chip: "M7 7h10v10H7zM9.5 3v4M14.5 3v4M9.5 17v4M14.5 17v4M3 9.5h4M3 14.5h4M17 9.5h4M17 14.5h4",
	star: "m12 4 2.4 5 5.6.7-4.1 3.8 1.1 5.5-5-2.8L7 19l1.1-5.5L4 9.7 9.6 9 12 4Z",
	trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5",
	retry: "M19 5v5h-5M5 19v-5h5M18.5 10A7 7 0 0 0 6 8M5.500 14A7 7 0 0 0 18 16",
	download: "M12 4v11m0 0 4-4m-4 4-4-4M5 20h14",
	link: "M10 14a4 4 0 0 0 6 .4l2.600-2.600a4 4 0 0 0-5.600-5.700L11.500 7.500M14 10a4 4 0 0 0-6-.4L5.400 12.200a4 4 0 0 0 5.600 5.700l1.400-1.400",
	camera:
		"M4 8h3.500L9 5.500h6L16.500 8H20v11H4V8Zm8 8.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7Z",
	turn: "M12 5c5 0 9 1.800 9 4s-2 3.300-5 3.800M12 5C7 5 3 6.800 3 9s4 4 9 4m0 0-2.500-2.500M12 13l-2.500 2.500",
	ruler: "m4 15 11-11 5 5L9 20l-5-5Zm4-4 2 2m1-5 3 3m0-6 2 2",
	home: "M4 11.500 12 5l8 6.500M6.500 10v9h11v-9",
	picture:
		"M4 5h16v14H4zM8.500 10.500a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3ZM4 16l5-4.500 4 3.500 2.500-2 4.500 4",
	brush: "M14 5.500 18.500 10l-8 8H6v-4.500l8-8ZM12 7.500l4.500 4.500",
	eraser: "m9 19-5-5 9-9 6 6-8 8H9Zm-1-9 6 6M11 19h9",
	box: "M4 4h4M12 4h3M20 4v4M20 12v3M20 20h-4M12 20H9M4 20v-4M4 12V9",
	warning: "M12 4 2.500 20h19L12 4Zm0 6v4.500M12 17.300v.2",
	info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm0-10v5.500M12 7.500v.2",
	check: "m5 12.500 4.500 4.500L19 7.500",
	cross: "M6 6l12 12M18 6 6 18",
	search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm5-2 4.500 4.500",
	share:
		"M15 8 9 11.500m0 1 6 3.500M17.500 9a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5Zm0 11a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5ZM6.500 14.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5Z",
	sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M5.300 18.700l1.400-1.400M17.300 6.700l1.400-1.400",
	moon: "M20 14.500A8.500 8.500 0 0 1 9.500 4a8.500 8.500 0 1 0 10.500 10.500Z",
	screen: "M4 5h16v11H4zM9 20h6M12 16v4",
	offline:
		"M4 4l16 16M8.500 12.500a5 5 0 0 1 2-1.200M5 9a10 10 0 0 1 3-1.900M19 9a10 10 0 0 0-7-2.900M15.500 12.500a5 5 0 0 0-1-.7M12 17.500v.2",
	upload: "M12 16V5m0 0-4 4m4-4 4 4M5 20h14",
	eye: "M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12Zm9.500 2.800a2.800 2.800 0 1 0 0-5.600 2.800 2.800 0 0 0 0 5.600Z",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({
	name,
	size = 18,
	filled = false,
}: {
	readonly name: IconName;
	readonly size?: number;
	readonly filled?: boolean;
}): ReactElement {
	return (
		<svg
			aria-hidden="true"
			width={size}
			height={size}
			viewBox="0 0 24 24"
			fill={filled ? "currentColor" : "none"}
			stroke="currentColor"
			strokeWidth="1.75"
			strokeLinecap="round"
			strokeLinejoin="round"
		>
			<path d={PATHS[name]} />
		</svg>
	);
}
