// Colour-blind safe: orange for what was made up, pale to deep blue for what was seen.
export const SEEN_COLORS = {
	invented: "#e8853a",
	once: "#b5d3f2",
	often: "#2c63b8",
} as const;
