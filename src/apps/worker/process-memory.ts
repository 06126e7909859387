import { readdirSync, readFileSync } from "node:fs";

/**
 * Bytes that a process and all it started hold for themselves: what would be free without them. Mapped files, such as
 * weights, are not theirs. Undefined where the system does not tell (anything but Linux).
 */
export function memoryOfTree(pid: number): number | undefined {
	const own = memoryOf(pid);
	if (own === undefined) return undefined;
	return childrenOf(pid).reduce(
		(sum, child) => sum + (memoryOfTree(child) ?? 0),
		own,
	);
}

function memoryOf(pid: number): number | undefined {
	const status = read(`/proc/${pid}/status`);
	const anonymous = /^RssAnon:\s+(\d+) kB/m.exec(status)?.[1];
	const shared = /^RssShmem:\s+(\d+) kB/m.exec(status)?.[1];
	if (anonymous === undefined || shared === undefined) return undefined;
	return (Number(anonymous) + Number(shared)) * 1024;
}

/** Threads start processes, each its own. */
function childrenOf(pid: number): number[] {
	return tasksOf(pid).flatMap((task) =>
		read(`/proc/${pid}/task/${task}/children`)
			.split(" ")
			.filter((text) => text.trim() !== "")
			.map(Number),
	);
}

function tasksOf(pid: number): string[] {
	try {
		return readdirSync(`/proc/${pid}/task`);
	} catch {
		return []; // it has just ended
	}
}

function read(path: string): string {
	try {
		return readFileSync(path, "utf8");
	} catch {
		return ""; // it has just ended
	}
}
