import { expect } from "vitest";
import { findInputs, type InputSpec } from "../src/apps/inputs/find-inputs.ts";
import { readInputs } from "../src/apps/inputs/read-inputs.ts";
import { chooseEngine } from "../src/apps/wiring.ts";
import { type ErrorCode, LunarError } from "../src/core/errors.ts";
import type { Cutout } from "../src/core/photo.ts";
import type { QualityReport } from "../src/core/report.ts";
import {
	createRunContext,
	type Notice,
	type RunContext,
} from "../src/core/run-context.ts";
import {
	type RunOptionsInput,
	resolveRunOptions,
} from "../src/pipeline/options.ts";
import { imagesToAsset } from "../src/pipeline/pipeline.ts";

/** The hostile tests run the whole path this small; some of them with a texture. */
const SMALL: RunOptionsInput = {
	quality: "fast",
	resolution: 40,
	faces: 1000,
	texture: false,
	textureSize: 512,
};

export interface Generated {
	readonly report: Omit<QualityReport, "notices">;
	readonly cutouts: readonly Cutout[];
	readonly notices: readonly Notice[];
	readonly codes: readonly string[]; // of the notices
	readonly engine: string;
}

/** From what the command line names to the report, as `lunar generate` does it, without previews. */
export async function generate(
	input: string | readonly string[] | Partial<InputSpec>,
	options: RunOptionsInput = {},
): Promise<Generated> {
	const found = await findInputs(specOf(input));
	const engine = await chooseEngine(found.files.length);
	const { photos, notices } = await readInputs(found);
	const { ctx, record } = createRunContext();
	const { report, cutouts } = await imagesToAsset(
		photos,
		engine,
		engine.options.parse({}),
		resolveRunOptions({ ...SMALL, ...options }),
		withoutPreviews(ctx),
	);
	const all = [...found.notices, ...notices, ...record.notices];
	return {
		report,
		cutouts,
		notices: all,
		codes: all.map(({ code }) => code),
		engine: engine.id,
	};
}

function specOf(
	input: string | readonly string[] | Partial<InputSpec>,
): InputSpec {
	if (typeof input === "string") return { paths: [input], named: {} };
	if (Array.isArray(input)) return { paths: input, named: {} };
	return { paths: [], named: {}, ...(input as Partial<InputSpec>) };
}

/** Previews take longer than all the rest of so small a run, and do not depend on the input. */
function withoutPreviews(ctx: RunContext): RunContext {
	return {
		...ctx,
		step: (name, share, work) =>
			name === "previews"
				? Promise.resolve({} as Awaited<ReturnType<typeof work>>)
				: ctx.step(name, share, work),
	};
}

/** What must hold of every result that is handed out, whatever went in. */
export function expectSound(
	{ report }: Generated,
	{ silhouetteIou }: { readonly silhouetteIou: number },
): void {
	expect(report.gltf?.errors).toBe(0);
	expect(report.mesh).toMatchObject({
		watertight: true,
		manifold: true,
		outwardOriented: true,
		degenerateTriangleCount: 0,
	});
	for (const view of report.perView) {
		expect(Number.isFinite(view.psnrDb)).toBe(true);
		expect(view.silhouetteIou).toBeGreaterThanOrEqual(silhouetteIou);
	}
}

/** The run must end with this error, which names what was seen and says what to do. */
export async function expectRefusal(
	work: Promise<unknown>,
	code: ErrorCode | readonly ErrorCode[],
	message: RegExp,
): Promise<LunarError> {
	const error = await work.then(
		() => new Error("nothing was refused"),
		(thrown: unknown) => thrown,
	);
	if (!(error instanceof LunarError)) throw error;
	expect(`${error.code}: ${error.message}`).toMatch(message);
	expect([code].flat()).toContain(error.code);
	expect(error.kind).toBe("invalid-input");
	expect(error.hint.length).toBeGreaterThan(10);
	return error;
}
