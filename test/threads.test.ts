import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { INLINE } from "../src/core/parallel.ts";
import { reportMesh } from "../src/kernel/mesh/report-mesh.ts";
import { openThreads } from "../src/pipeline/open-threads.ts";
import { makeAsset } from "./make-asset.ts";

it("makes the same asset, report and previews in one thread and in several", async () => {
	await using threads = openThreads({
		threads: 3,
		onLost: (error) => {
			throw error;
		},
	});
	const alone = await makeAsset({ context: { parallel: INLINE } });
	const together = await makeAsset({ context: { parallel: threads } });
	// Measured before the seams were cut.
	expect(alone.report.mesh).toEqual(reportMesh(alone.asset.textured.mesh));
	for (const part of ["asset", "report", "fidelity", "previews"] as const)
		expect(digest(together[part]), part).toBe(digest(alone[part]));
});

/** Vitest takes seconds to compare millions of numbers. */
function digest(value: unknown): string {
	return JSON.stringify(value, (_, part) =>
		ArrayBuffer.isView(part)
			? createHash("sha256")
					.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength))
					.digest("hex")
			: part,
	);
}
