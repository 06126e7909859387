import { type ChildProcess, spawn } from "node:child_process";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { ROOT } from "./run-lunar.ts";

/** A server of ours, in a process of its own. */
export interface ServedLunar {
	readonly url: string;
	/** What it has written to stderr so far. */
	log(): string;
	stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** `lunar serve` on a free port; waits until it is ready. */
export function serveLunar(
	dataPath: string,
	env: Readonly<Record<string, string>> = {},
	args: readonly string[] = [],
): Promise<ServedLunar> {
	const child: ChildProcess = spawn(
		process.execPath,
		[
			join(ROOT, "bin/lunar"),
			"serve",
			"--port",
			"0",
			"--data-path",
			dataPath,
			...args,
		],
		{
			cwd: ROOT,
			// Beside other tests, hosts that give way would hardly get to work at all.
			env: { ...process.env, LUNAR_HOSTS_NICE: "0", ...env },
			stdio: ["ignore", "pipe", "pipe"],
		},
	);
	let out = "";
	let log = "";
	const ended = new Promise<number | null>((resolve) =>
		child.once("close", (code) => resolve(code)),
	);
	const end = (): void => void child.kill("SIGKILL");
	process.on("exit", end);
	void ended.then(() => process.off("exit", end));
	return new Promise((resolve, reject) => {
		child.stderr?.on("data", (chunk) => {
			log += chunk;
		});
		child.stdout?.on("data", (chunk) => {
			out += chunk;
			const url = /ready: (\S+)/.exec(out)?.[1];
			if (url === undefined) return;
			resolve({
				url,
				log: () => log,
				stop(signal = "SIGTERM") {
					child.kill(signal);
					return ended;
				},
			});
		});
		void ended.then((code) =>
			reject(new Error(`lunar serve ended with ${code}: ${out}${log}`)),
		);
	});
}

export interface ReceivedRequest {
	readonly path: string;
	readonly headers: IncomingHttpHeaders;
	readonly body: string;
	readonly atMs: number;
}

/** Somebody else's server on loopback: notes every request; `answer` gives status and body. */
export async function startReceiver(
	answer: (
		request: ReceivedRequest,
		before: readonly ReceivedRequest[],
	) => { readonly status: number; readonly body?: Uint8Array },
): Promise<{
	readonly url: string;
	readonly received: ReceivedRequest[];
	close(): void;
}> {
	const received: ReceivedRequest[] = [];
	const server: Server = createServer(async (request, response) => {
		let body = "";
		for await (const chunk of request) body += chunk;
		const noted = {
			path: request.url ?? "",
			headers: request.headers,
			body,
			atMs: performance.now(),
		};
		const { status, body: content } = answer(noted, received);
		received.push(noted);
		response.writeHead(status).end(content);
	});
	await new Promise<void>((resolve) =>
		server.listen(0, "127.0.0.1", () => resolve()),
	);
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		received,
		close() {
			server.closeAllConnections();
			server.close();
		},
	};
}
