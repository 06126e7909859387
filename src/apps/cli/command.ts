/** Where a command writes. Results go to `out`, everything for people's eyes to `err`. */
export interface Terminal {
	readonly out: (text: string) => void;
	readonly err: (text: string) => void;
	/** Whether `err` is a terminal: live progress only there. */
	readonly isInteractive: boolean;
	readonly columns: number;
}

export interface Command {
	readonly name: string;
	readonly help: () => string;
	/** Returns the exit code. Throws LunarError for everything a user can mend. */
	run(args: readonly string[], terminal: Terminal): Promise<number>;
}
