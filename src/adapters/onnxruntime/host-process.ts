import { type ChildProcess, fork } from "node:child_process";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { LunarError } from "../../core/errors.ts";
import type { NeuralTensor, NeuralTensors } from "../../neural/runtime.ts";
import {
	type HostAnswers,
	type HostMessage,
	type HostRequest,
	type PlacedTensor,
	tensorType,
} from "./host-messages.ts";
import { ScratchFile } from "./scratch-file.ts";

/** Why a process ended before it answered. */
export class HostGone extends Error {
	/** It was ended on purpose: whoever still needs an answer may ask a new one. */
	readonly wanted: boolean;

	constructor(message: string, wanted: boolean) {
		super(message);
		this.wanted = wanted;
	}
}

interface Waiting {
	readonly resolve: (value: never) => void;
	readonly reject: (error: Error) => void;
}

const STDERR_KEPT = 2000;
/** Smaller tensors go through the pipe. */
const PLACED_BYTES = 65_536;

/** A process that computes, seen from outside. Ends with this process, and never keeps it alive when idle. */
export class HostProcess {
	/** Undefined once it has ended. */
	private child: ChildProcess | undefined;
	private readonly scratch: ScratchFile | undefined;
	private readonly waiting = new Map<number, Waiting>();
	private lastId = 0;
	private stderr = "";
	private readonly onExit = (): void => void this.child?.kill("SIGKILL");

	constructor(packageName: string) {
		this.scratch = makeScratch();
		const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
		const child = fork(
			fileURLToPath(new URL(`./host.${extension}`, import.meta.url)),
			[packageName],
			{
				serialization: "advanced",
				stdio: ["pipe", "ignore", "pipe", "ipc", this.scratch?.fd ?? "ignore"],
				execArgv: [],
			},
		);
		this.child = child;
		this.scratch?.hide();
		child.on("message", (message: HostMessage) => this.receive(message));
		child.stderr?.on("data", (chunk: Buffer) => {
			this.stderr = (this.stderr + chunk).slice(-STDERR_KEPT);
		});
		child.on("error", (error) => this.gone(error.message, false));
		child.on("close", (code, signal) =>
			this.gone(
				`it ended ${signal === null ? `with code ${code}` : `by ${signal}`}`,
				false,
			),
		);
		process.once("exit", this.onExit);
		this.keepAwake();
	}

	get alive(): boolean {
		return this.child !== undefined;
	}

	get idle(): boolean {
		return this.waiting.size === 0;
	}

	get pid(): number | undefined {
		return this.child?.pid;
	}

	/** Asks; answers come in the order of the questions. */
	ask<T extends HostRequest["type"]>(
		request: Extract<HostRequest, { type: T }>,
	): Promise<HostAnswers[T]> {
		const { child } = this;
		if (child === undefined)
			return Promise.reject(new HostGone("it has ended", true));
		const id = ++this.lastId;
		return new Promise<HostAnswers[T]>((resolve, reject) => {
			this.waiting.set(id, { resolve, reject });
			this.keepAwake();
			child.send({ id, request }, (error) => {
				if (error !== null) this.gone(error.message, false);
			});
		});
	}

	/** Runs a session; large input goes round the pipe. */
	async run(
		session: number,
		feeds: NeuralTensors,
	): Promise<HostAnswers["run"]> {
		const placed: Record<string, NeuralTensor | PlacedTensor> = {};
		let places = 0;
		for (const [name, tensor] of Object.entries(feeds)) {
			const place = this.alive ? this.place(tensor) : undefined;
			if (place !== undefined) places++;
			placed[name] = place ?? tensor;
		}
		try {
			return await this.ask<"run">({ type: "run", session, feeds: placed });
		} finally {
			for (; places > 0; places--) this.scratch?.release();
		}
	}

	private place({ data, shape }: NeuralTensor): PlacedTensor | undefined {
		const { buffer, byteOffset, byteLength } = data;
		if (byteLength < PLACED_BYTES) return undefined;
		const offset = this.scratch?.put(
			new Uint8Array(buffer, byteOffset, byteLength),
		);
		return offset === undefined
			? undefined
			: { type: tensorType(data), offset, byteLength, shape };
	}

	/** Ends it at once, whatever it is doing. Safe: it keeps nothing. */
	kill(reason: string): void {
		this.child?.kill("SIGKILL");
		this.gone(reason, true);
	}

	private receive(message: HostMessage): void {
		const waiting = this.waiting.get(message.id);
		if (waiting === undefined) return;
		this.waiting.delete(message.id);
		this.keepAwake();
		if ("error" in message)
			waiting.reject(new LunarError(message.error.code, message.error.message));
		else waiting.resolve(message.value as never);
	}

	private gone(reason: string, wanted: boolean): void {
		if (this.child === undefined) return;
		this.child = undefined;
		this.scratch?.close();
		process.off("exit", this.onExit);
		const words = wanted
			? ""
			: this.stderr.trim().split("\n").slice(-3).join(" ");
		const error = new HostGone(
			words === "" ? reason : `${reason}: ${words}`,
			wanted,
		);
		for (const { reject } of this.waiting.values()) reject(error);
		this.waiting.clear();
	}

	/** Only unanswered questions keep this process from ending. */
	private keepAwake(): void {
		const { child } = this;
		if (child === undefined) return;
		const how = this.waiting.size > 0 ? "ref" : "unref";
		child[how]();
		child.channel?.[how]();
		for (const stream of [child.stdin, child.stderr])
			(stream as Socket | null)?.unref();
	}
}

function makeScratch(): ScratchFile | undefined {
	try {
		return new ScratchFile();
	} catch {
		return undefined; // no place to write: everything goes through the pipe
	}
}
