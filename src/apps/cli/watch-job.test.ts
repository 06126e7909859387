import { describe, expect, it } from "vitest";
import type { JobEvent, JobState } from "../../service/job.ts";
import { someEvent, someJob } from "../../service/webhook/job.test-support.ts";
import type { Terminal } from "./command.ts";
import type { JobsDoor, ShownJob } from "./jobs-door.ts";
import type { ServerClient } from "./server-client.ts";
import { watchJob } from "./watch-job.ts";

/** A server whose job does this and then stands so. */
function doorOf(
	events: readonly Partial<JobEvent>[],
	job: Partial<ShownJob>,
): JobsDoor {
	const given = [...events];
	return {
		client: {} as ServerClient,
		async *events() {
			for (;;) {
				const event = given.shift();
				if (event === undefined) return;
				yield someEvent(event);
			}
		},
		// As it stands after the events so far.
		get: async () => ({
			...someJob({
				...job,
				state: given.length > 0 ? "queued" : (job.state ?? "succeeded"),
			}),
			outlook: {},
		}),
	} as Partial<JobsDoor> as JobsDoor;
}

function terminal(): Terminal & { text: { out: string; err: string } } {
	const text = { out: "", err: "" };
	return {
		text,
		out: (more) => {
			text.out += more;
		},
		err: (more) => {
			text.err += more;
		},
		isInteractive: false,
		columns: 80,
	};
}

const state = (to: JobState): Partial<JobEvent> => ({
	type: "state",
	state: to,
});
const ERROR = {
	code: "NO_FOREGROUND",
	kind: "invalid-input",
	message: "the mask is empty",
	hint: "",
	step: "foreground",
} as const;

describe("watchJob", () => {
	it("tells steps with their time, notices and the end", async () => {
		const screen = terminal();
		const at = (ms: number, step: string, fraction: number) => ({
			at: ms,
			progress: { step, fraction },
		});
		const job = await watchJob(
			doorOf(
				[
					state("running"),
					{ type: "step", ...at(1000, "foreground", 0) },
					at(2000, "foreground/flood", 0.1),
					{
						type: "notice",
						notice: { code: "x", severity: "warning", message: "blurred" },
					},
					at(4200, "shape", 0.3),
					state("succeeded"),
				],
				{ state: "succeeded" },
			),
			"job_01",
			screen,
			false,
		);
		expect(job.state).toBe("succeeded");
		expect(screen.text.out).toBe("");
		expect(screen.text.err).toBe(
			"running\n  ! blurred\n  finding the object       3.2 s\nsucceeded\n",
		);
	});

	it("goes on past the ends of earlier lives", async () => {
		const screen = terminal();
		await watchJob(
			doorOf(
				[
					state("failed"),
					state("queued"),
					state("cancelled"),
					state("queued"),
					state("running"),
					state("succeeded"),
				],
				{ state: "succeeded" },
			),
			"job_01",
			screen,
			true,
		);
		const lines = screen.text.out.trim().split("\n");
		expect(lines).toHaveLength(6);
		expect(JSON.parse(lines[5])).toMatchObject({
			kind: "event",
			state: "succeeded",
		});
	});

	it.each([
		["failed", "NO_FOREGROUND"],
		["cancelled", "CANCELLED"],
		["running", "SERVER_UNREACHABLE"],
	] as const)("throws when it ends %s", async (end, code) => {
		await expect(
			watchJob(
				doorOf([state(end)], { state: end, error: ERROR }),
				"job_01",
				terminal(),
				false,
			),
		).rejects.toMatchObject({ code });
	});
});
