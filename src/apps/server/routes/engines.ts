import { z } from "zod";
import { runOptionsSchema } from "../../../pipeline/options.ts";
import type { App, ServerContext } from "../context.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import { engineSchema } from "../schemas/engine.ts";
import { machineSchema } from "../schemas/machine.ts";

/** What can be asked for, and what it would run on. */
export function registerEngines(app: App, { service }: ServerContext): void {
	const optionsJson = z.toJSONSchema(runOptionsSchema, { io: "input" });

	app.get(
		"/v1/engines",
		{
			config: { scope: "read" },
			schema: {
				tags: ["engines"],
				summary: "Engines: what each needs, takes, and whether it can run here",
				response: {
					200: z.object({ engines: z.array(engineSchema) }),
					...ERROR_ANSWERS,
				},
			},
		},
		async () => ({ engines: [...(await service.engines())] }),
	);

	app.get(
		"/v1/options",
		{
			config: { scope: "read" },
			schema: {
				tags: ["engines"],
				summary: "JSON Schema (draft 2020-12) of the options of every run",
				response: {
					200: z.record(z.string(), z.unknown()),
					...ERROR_ANSWERS,
				},
			},
		},
		async () => optionsJson as Record<string, unknown>,
	);

	app.get(
		"/v1/machine",
		{
			config: { scope: "read" },
			schema: {
				tags: ["operation"],
				summary: "Processor, memory, disk, queue and engine hosts",
				response: { 200: machineSchema, ...ERROR_ANSWERS },
			},
		},
		() => service.machine(),
	);
}
