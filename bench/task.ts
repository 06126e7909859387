/** How much work a task does: `tiny` only proves that it runs, `quick` is for a minute at the desk. */
export type Size = "tiny" | "quick" | "full";

/** One measured case. Times are medians of several repeats, taken in turns with the reference. */
export interface Row {
	readonly case: string;
	readonly ms: number;
	/** What the same work is compared with, in the same run. */
	readonly reference: string;
	readonly referenceMs: number;
	/** What else was measured, by name with its unit. */
	readonly figures: Readonly<Record<string, number | boolean>>;
}

/** One verb and how fast it is. */
export interface Task {
	/** Same as its file. */
	readonly name: string;
	readonly run: (size: Size) => Promise<Row[]>;
}
