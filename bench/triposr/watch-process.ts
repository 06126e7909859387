import { readFileSync } from "node:fs";

/** What a process took while watched. Linux only: read from /proc. */
export interface ProcessUse {
	readonly cpuSeconds: number;
	/** Peak of what belongs to it alone. */
	readonly anonymousMB: number;
	/** Peak with the mapped file's pages in memory. */
	readonly residentMB: number;
}

export interface Watch {
	stop(): ProcessUse;
}

/** Watches until `stop` is called. */
export function watchProcess(pid: number): Watch {
	let anonymous = 0;
	let resident = 0;
	const startedTicks = cpuTicks(pid);
	const look = (): void => {
		const status = readFileSync(`/proc/${pid}/status`, "utf8");
		const kilobytes = (key: string): number =>
			Number(new RegExp(`^${key}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
		anonymous = Math.max(anonymous, kilobytes("RssAnon"));
		resident = Math.max(resident, kilobytes("VmRSS"));
	};
	const timer = setInterval(look, 50);
	return {
		stop() {
			clearInterval(timer);
			look();
			return {
				cpuSeconds: (cpuTicks(pid) - startedTicks) / 100,
				anonymousMB: anonymous / 1024,
				residentMB: resident / 1024,
			};
		},
	};
}

function cpuTicks(pid: number): number {
	const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
	const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
	return Number(fields[11]) + Number(fields[12]);
}
