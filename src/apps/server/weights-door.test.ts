import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { SILENT_LOGGER } from "../../core/run-context.ts";
import type { WeightsDoor, WeightsView } from "./context.ts";
import { openWeights } from "./weights-door.ts";

let home: string;
let weights: WeightsDoor;
beforeAll(async () => {
	home = await mkdtemp(join(tmpdir(), "lunar-weights-"));
	weights = openWeights({ HOME: home, HF_HUB_OFFLINE: "1" }, SILENT_LOGGER);
});
afterAll(async () => {
	await weights.close();
	await rm(home, { recursive: true });
});

const triposr = async (): Promise<WeightsView | undefined> =>
	(await weights.list()).find(({ name }) => name === "triposr");

it("says what is not there, and how large it is", async () => {
	expect(await triposr()).toMatchObject({
		status: "missing",
		commercial: "yes",
		files: [{ path: "config.yaml" }, { path: "model.ckpt" }],
	});
});

it("says why a download ended, until the next", async () => {
	await weights.pull("triposr");
	await expect
		.poll(async () => (await triposr())?.error?.code, { timeout: 60_000 })
		.toBe("DOWNLOAD_REFUSED");
	expect((await triposr())?.status).toBe("missing");
	await weights.remove("triposr");
	expect((await triposr())?.error).toBeUndefined();
});

it("knows only what is in the manifest", async () => {
	await expect(weights.pull("../x")).rejects.toMatchObject({
		code: "WEIGHTS_UNKNOWN",
	});
});
