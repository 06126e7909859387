import {
	createServer,
	type IncomingHttpHeaders,
	type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";

/** What a server does with one request. */
export interface Answer {
	readonly bytes?: Uint8Array;
	readonly status?: number;
	readonly etag?: string;
	readonly headers?: Readonly<Record<string, string>>;
	/** Default true. */
	readonly honoursRange?: boolean;
	/** Answers 206 although If-Range names another tag. */
	readonly ignoresIfRange?: boolean;
	/** Cuts the connection after so many bytes of this answer. */
	readonly dropAfter?: number;
	/** Goes silent after so many bytes of this answer. */
	readonly stallAfter?: number;
	/** Content-Length, whatever is sent; 'none' sends in chunks without one. */
	readonly length?: number | "none";
	readonly delayMs?: number;
}

export interface SeenRequest {
	readonly path: string;
	readonly headers: IncomingHttpHeaders;
}

export interface FakeHub extends AsyncDisposable {
	readonly url: string;
	readonly requests: readonly SeenRequest[];
}

/** A server on this machine that misbehaves as told: the k-th answer to the k-th request of a path, the last for all later ones. */
export async function startHub(
	answers: Readonly<Record<string, readonly Answer[]>>,
): Promise<FakeHub> {
	const requests: SeenRequest[] = [];
	const counts = new Map<string, number>();
	const server = createServer((request, response) => {
		const path = request.url ?? "";
		requests.push({ path, headers: request.headers });
		const planned = answers[path];
		if (planned === undefined) {
			response.writeHead(404).end();
			return;
		}
		const count = counts.get(path) ?? 0;
		counts.set(path, count + 1);
		const answer = planned[Math.min(count, planned.length - 1)];
		setTimeout(
			() => send(answer, request.headers, response),
			answer.delayMs ?? 0,
		);
	});
	await new Promise<void>((resolve) =>
		server.listen(0, "127.0.0.1", () => resolve()),
	);
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		requests,
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

function send(
	answer: Answer,
	asked: IncomingHttpHeaders,
	response: ServerResponse,
): void {
	const whole = answer.bytes ?? new Uint8Array(0);
	const headers: Record<string, string> = { ...answer.headers };
	if (answer.etag !== undefined) headers.etag = answer.etag;
	let status = answer.status ?? 200;
	let body = whole;
	const from = Number(
		/^bytes=(\d+)-$/.exec(asked.range ?? "")?.[1] ?? Number.NaN,
	);
	const condition = asked["if-range"];
	const applies =
		condition === undefined ||
		condition === answer.etag ||
		answer.ignoresIfRange === true;
	if (
		status === 200 &&
		answer.honoursRange !== false &&
		applies &&
		!Number.isNaN(from)
	) {
		if (from >= whole.length) status = 416;
		else {
			status = 206;
			body = whole.subarray(from);
			headers["content-range"] =
				`bytes ${from}-${whole.length - 1}/${whole.length}`;
		}
	}
	if (answer.length !== "none")
		headers["content-length"] = String(answer.length ?? body.length);
	response.writeHead(status, headers);
	if (answer.dropAfter !== undefined) {
		response.write(body.subarray(0, answer.dropAfter), () =>
			setTimeout(() => response.destroy(), 20),
		);
		return;
	}
	if (answer.stallAfter !== undefined) {
		response.write(body.subarray(0, answer.stallAfter));
		return;
	}
	response.end(
		typeof answer.length === "number" ? body.subarray(0, answer.length) : body,
	);
}
