import { afterAll, describe, expect, it } from "vitest";
import { type Logger, SILENT_LOGGER } from "../../core/run-context.ts";
import { createGraph } from "../../neural/graph/graph.ts";
import { binary, matmul } from "../../neural/graph/ops.ts";
import { attention } from "../../neural/layers/attention.ts";
import type {
	AttentionForm,
	NeuralModel,
	OnnxModel,
} from "../../neural/runtime.ts";
import { createOnnxRuntime } from "./create-onnx-runtime.ts";

const runtime = createOnnxRuntime();
afterAll(() => runtime.dispose());

const tensor = (data: Float32Array, ...shape: number[]) => ({ data, shape });

/** y = x + 1 */
const increment: NeuralModel = {
	name: "increment",
	build(form) {
		const g = createGraph("increment", form);
		const x = g.input("x", [3]);
		const one = g.constant("one", Float32Array.of(1), [1]);
		g.output("y", binary(g, "sum", "Add", x, one));
		return g.finish();
	},
};

/** The sum of each row. */
function total(rows: number): NeuralModel {
	return {
		name: "total",
		build(form) {
			const g = createGraph("total", form);
			const x = g.input("x", [rows, 512]);
			const ones = g.constant("ones", new Float32Array(512).fill(1), [512, 1]);
			g.output("y", matmul(g, "total", x, ones));
			return g.finish();
		},
	};
}

/** Minutes of products. */
const endless: NeuralModel = {
	name: "endless",
	build(form) {
		const g = createGraph("endless", form);
		let x = g.input("x", [1500, 1500]);
		for (let i = 0; i < 400; i++) x = matmul(g, `product${i}`, x, x);
		g.output("y", x);
		return g.finish();
	},
};
const large = { x: tensor(new Float32Array(1500 * 1500), 1500, 1500) };

describe("createOnnxRuntime", () => {
	it("runs a network in another process", async () => {
		const session = await runtime.load(increment);
		expect(session).toMatchObject({
			device: "cpu",
			inputs: [{ name: "x", shape: [3] }],
			outputs: [{ name: "y", shape: [3] }],
		});
		const { y } = await session.run({ x: tensor(Float32Array.of(1, 2, 3), 3) });
		expect(y).toEqual(tensor(Float32Array.of(2, 3, 4), 3));
	});

	it("large inputs arrive whole, several at once and beyond the scratch file", async () => {
		for (const [rows, runs] of [
			[1000, 5],
			[30_000, 2], // 61 MB each: the second finds no room and takes the pipe
		]) {
			const session = await runtime.load(total(rows));
			const sums = await Promise.all(
				Array.from({ length: runs }, async (_, i) => {
					const data = new Float32Array(rows * 512).fill(1);
					data[i * 512] = 1 + rows; // the first of row i
					const { y } = await session.run({ x: tensor(data, rows, 512) });
					return y.data;
				}),
			);
			sums.forEach((y, i) => {
				expect(y).toHaveLength(rows);
				expect(y[i]).toBe(512 + rows);
				expect(y[rows - 1]).toBe(512);
			});
		}
	});

	it("leaves this thread free while it computes, and stops at once", async () => {
		const session = await runtime.load(endless, { threads: 1 });
		const controller = new AbortController();
		const run = session.run(large, { signal: controller.signal });
		let ticks = 0;
		const ticking = setInterval(() => ticks++, 10);
		setTimeout(() => controller.abort(), 300);
		const startedMs = performance.now();
		await expect(run).rejects.toHaveProperty("code", "CANCELLED");
		clearInterval(ticking);
		expect(ticks).toBeGreaterThan(5);
		expect(performance.now() - startedMs).toBeLessThan(60_000);
	});

	it("sessions outlive an abort beside them", async () => {
		const small = await runtime.load(increment);
		const long = await runtime.load(endless, { threads: 1 });
		const controller = new AbortController();
		const aborted = long.run(large, { signal: controller.signal });
		const waiting = small.run({ x: tensor(Float32Array.of(1, 2, 3), 3) });
		setTimeout(() => controller.abort(), 100);
		await expect(aborted).rejects.toHaveProperty("code", "CANCELLED");
		expect((await waiting).y.data).toEqual(Float32Array.of(2, 3, 4));
	});

	it("says so when its process is killed in the middle of a run, and works again", async () => {
		const pids: number[] = [];
		const own = createOnnxRuntime({ onStart: (pid) => pids.push(pid) });
		const session = await own.load(endless, { threads: 1 });
		const run = session.run(large);
		setTimeout(() => process.kill(pids[0], "SIGKILL"), 200);
		await expect(run).rejects.toMatchObject({
			code: "RUNTIME_CRASHED",
			message: expect.stringContaining("SIGKILL"),
		});
		const again = await own.load(increment);
		const { y } = await again.run({ x: tensor(Float32Array.of(0, 0, 0), 3) });
		expect(y.data[0]).toBe(1);
		await own.dispose();
	});

	it("lets its process go when idle, and starts another when asked again", async () => {
		const pids: number[] = [];
		const own = createOnnxRuntime({
			idleMs: 50,
			onStart: (pid) => pids.push(pid),
		});
		const session = await own.load(increment);
		await expect.poll(() => isAlive(pids[0]), { timeout: 60_000 }).toBe(false);
		const { y } = await session.run({ x: tensor(Float32Array.of(0, 0, 0), 3) });
		expect(y.data[0]).toBe(1);
		expect(pids).toHaveLength(2);
		await own.dispose();
	});

	it("names the package that is missing", async () => {
		const own = createOnnxRuntime({ packageName: "no-such-onnxruntime" });
		await expect(own.load(increment)).rejects.toMatchObject({
			code: "RUNTIME_MISSING",
			message: expect.stringContaining("no-such-onnxruntime"),
		});
		await own.dispose();
	});

	it("a model that is none gives a typed error", async () => {
		const nonsense: NeuralModel = {
			name: "nonsense",
			build: () => ({ onnx: Uint8Array.of(1, 2, 3) }),
		};
		await expect(runtime.load(nonsense)).rejects.toHaveProperty(
			"code",
			"RUNTIME_FAILED",
		);
	});

	it("input of the wrong shape gives a typed error", async () => {
		const session = await runtime.load(increment);
		await expect(
			session.run({ x: tensor(Float32Array.of(1), 1) }),
		).rejects.toHaveProperty("code", "RUNTIME_FAILED");
	});
});

describe("devices", () => {
	const heads = 2;

	/** Attention whose plain form forgets the scale where `wrong`. */
	function model(wrong: boolean): NeuralModel {
		const build = (form: AttentionForm): OnnxModel => {
			const g = createGraph("attention", form);
			const q = g.input("q", [24, 8]);
			const scaled =
				wrong && form === "plain"
					? binary(g, "q", "Mul", q, g.constant("two", Float32Array.of(2), []))
					: q;
			g.output("y", attention(g, "attn", scaled, q, q, heads));
			return g.finish();
		};
		const q = Float32Array.from({ length: 24 * 8 }, (_, i) => Math.sin(i * i));
		return {
			name: "attention",
			build,
			probe: { build, feeds: { q: tensor(q, 24, 8) } },
		};
	}

	/** Another device, played by the CPU in the plain form. */
	const played = [
		{ device: "webgpu", provider: "cpu", forms: ["plain"] },
		{ device: "cpu", provider: "cpu", forms: ["fused"] },
	] as const;

	function logTo(lines: string[]): Logger {
		const add = (message: string): void => void lines.push(message);
		return { ...SILENT_LOGGER, info: add, warn: add };
	}

	it("a device that computes as the CPU does is used", async () => {
		const own = createOnnxRuntime({ devices: played });
		const session = await own.load(model(false), { device: "webgpu" });
		expect(session.device).toBe("webgpu");
		await own.dispose();
	});

	it("a device that computes wrongly is not, and the log says why", async () => {
		const own = createOnnxRuntime({ devices: played });
		const lines: string[] = [];
		const session = await own.load(model(true), {
			device: "webgpu",
			log: logTo(lines),
		});
		expect(session.device).toBe("cpu");
		expect(lines.join("\n")).toMatch(/webgpu.*wrong/);
		await own.dispose();
	});

	it("a device that is not there costs no probe", async () => {
		const own = createOnnxRuntime({
			devices: [
				{ device: "cuda", provider: "none", forms: ["plain"] },
				played[1],
			],
		});
		let probed = false;
		const { name, build, probe } = model(false);
		const session = await own.load({
			name,
			build,
			probe: {
				feeds: probe?.feeds ?? {},
				build: (form) => {
					probed = true;
					return build(form);
				},
			},
		});
		expect(session.device).toBe("cpu");
		expect(probed).toBe(false);
		await own.dispose();
	});

	it("a device that does not run is not, and the log says why", async () => {
		const own = createOnnxRuntime({
			devices: [
				{ device: "cuda", provider: "cpu", forms: ["plain"] },
				played[1],
			],
		});
		const lines: string[] = [];
		const broken = model(false);
		const session = await own.load(
			{
				...broken,
				probe: {
					feeds: broken.probe?.feeds ?? {},
					build: (form) =>
						form === "plain" ? { onnx: Uint8Array.of(0) } : broken.build(form),
				},
			},
			{ device: "cuda", log: logTo(lines) },
		);
		expect(session.device).toBe("cpu");
		expect(lines.join("\n")).toMatch(/cuda.*does not run/);
		await own.dispose();
	});
});

function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}
