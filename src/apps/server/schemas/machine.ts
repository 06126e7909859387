import { z } from "zod";
import type { MachineStatus } from "../../../service/service.ts";

const bytes = z.number();

export const machineSchema: z.ZodType<MachineStatus> = z
	.object({
		cpu: z.object({
			cores: z.number(),
			load: z.number(),
			model: z.string(),
		}),
		memory: z.object({
			totalBytes: bytes,
			freeBytes: bytes,
			serverBytes: bytes,
		}),
		gpus: z.array(
			z.object({
				name: z.string(),
				memoryBytes: bytes.optional(),
				usedBytes: bytes.optional(),
			}),
		),
		disk: z.object({
			path: z.string(),
			totalBytes: bytes,
			freeBytes: bytes,
			blobBytes: bytes,
		}),
		queue: z.object({
			queued: z.number(),
			held: z.number(),
			running: z.number(),
		}),
		hosts: z.array(
			z.object({
				id: z.string(),
				pid: z.number().optional(),
				state: z.enum(["starting", "idle", "busy", "stopping", "dead"]),
				jobId: z.string().optional(),
				loaded: z.array(z.string()),
				memoryBytes: bytes,
				jobsDone: z.number(),
				lastError: z.string().optional(),
			}),
		),
		startedAt: z.number(),
		version: z.string(),
	})
	.meta({ id: "Machine" });
