import { createFakeHost, fakeResult } from "./fake-host.test-support.ts";
import { engineHostContract } from "./ports/engine-host.contract.ts";
import type { HostWork } from "./ports/engine-host.ts";

const quick: HostWork = {
	jobId: "job_quick",
	inputs: [],
	masks: [],
	engine: "relief",
	engineOptions: {},
	options: {},
	formats: ["glb"],
	previewFirst: false,
	title: "quick",
	prefix: "",
};

engineHostContract("played host", async () => ({
	host: createFakeHost("host-1", async (work, { report, untilCancelled }) => {
		if (work.jobId === "job_quick") return fakeResult(work);
		report({ type: "progress", step: "shape", fraction: 0.5 });
		return untilCancelled;
	}),
	quick,
	long: { ...quick, jobId: "job_long" },
}));
