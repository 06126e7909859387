/** One thing that doctor looked at. */
export interface Finding {
	readonly id: string;
	readonly state: "ok" | "warning" | "problem";
	readonly seen: string;
	readonly todo?: string;
	/** What --repair did about it. */
	readonly repaired?: string;
}
