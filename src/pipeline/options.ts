import { z } from "zod";
import { BACKGROUND_MODES, type BackgroundMode } from "./background-modes.ts";
import type { ObjectBox } from "./corrections.ts";

/** Cells along the longest side of the reconstruction grid, by quality. */
const RESOLUTION = { fast: 128, balanced: 256, quality: 384 } as const;
const FACES = { fast: 15_000, balanced: 40_000, quality: 100_000 } as const;
const TEXTURE_SIZE = { fast: 512, balanced: 1024, quality: 2048 } as const;

export const QUALITIES = ["fast", "balanced", "quality"] as const;
export const SMOOTHINGS = ["none", "low", "medium", "high"] as const;
export const TEXTURE_SIZES = [512, 1024, 2048, 4096] as const;

/** What a caller may give: what is left out is decided by `quality`. */
export interface RunOptionsInput {
	readonly quality?: (typeof QUALITIES)[number] | undefined;
	/** Grid cells along the longest side, 32–512. */
	readonly resolution?: number | undefined;
	readonly smoothing?: (typeof SMOOTHINGS)[number] | undefined;
	/** Triangles of the result, 100–2 000 000. */
	readonly faces?: number | undefined;
	readonly texture?: boolean | undefined;
	/** Pixels. */
	readonly textureSize?: (typeof TEXTURE_SIZES)[number] | undefined;
	readonly balanceExposure?: boolean | undefined;
	readonly delight?: boolean | undefined;
	readonly background?: BackgroundMode | undefined;
	/** Where the object is in the only picture, in pixels of the upright file. */
	readonly box?: ObjectBox | undefined;
	/** Which of several objects in the only picture, as the warning numbers them, 1-9. */
	readonly object?: number | undefined;
	/** 32-bit. */
	readonly seed?: number | undefined;
}

/** What stays open unless the user says it. */
type OpenKey = "box" | "object";

/** Every choice made: what the pipeline runs on, and what the manifest records. */
export type RunOptions = {
	readonly [K in Exclude<keyof RunOptionsInput, OpenKey>]-?: NonNullable<
		RunOptionsInput[K]
	>;
} & {
	readonly [K in OpenKey]?: NonNullable<RunOptionsInput[K]>;
};

type ParsedRunOptions = Omit<
	RunOptions,
	"resolution" | "faces" | "textureSize" | OpenKey
> &
	Pick<RunOptionsInput, "resolution" | "faces" | "textureSize" | OpenKey>;

/** The one schema behind the CLI's flags, the HTTP API and the studio's form. */
export const runOptionsSchema: z.ZodType<ParsedRunOptions, RunOptionsInput> =
	z.object({
		quality: z
			.enum(QUALITIES)
			.default("balanced")
			.describe(
				"How much work: sets resolution (128/256/384), faces (15k/40k/100k), texture size (512/1024/2048) and an engine's own preset",
			),
		resolution: z
			.number()
			.int()
			.min(32)
			.max(512)
			.optional()
			.describe("Grid cells along the longest side, 32-512"),
		smoothing: z
			.enum(SMOOTHINGS)
			.default("low")
			.describe("Taubin smoothing of the surface"),
		faces: z
			.number()
			.int()
			.min(100)
			.max(2_000_000)
			.optional()
			.describe("Triangles of the result, kept within 2 %; 100-2000000"),
		texture: z
			.boolean()
			.default(true)
			.describe("A texture; without it the colours sit on the vertices"),
		textureSize: z
			.union([
				z.literal(512),
				z.literal(1024),
				z.literal(2048),
				z.literal(4096),
			])
			.optional()
			.describe("Side of the square texture in pixels"),
		balanceExposure: z
			.boolean()
			.default(true)
			.describe(
				"Even out exposure and white balance where the views' overlaps prove a difference",
			),
		delight: z
			.boolean()
			.default(false)
			.describe(
				"Estimate the light on the object and divide it out of the colours",
			),
		background: z
			.enum(BACKGROUND_MODES)
			.default("auto")
			.describe(
				"How the object is told from the background: auto (alpha channel if it means something, else the best network that lunar weights has pulled, else builtin), alpha, keep (the whole picture is the object), builtin (no network: uniform, flood or grabcut), or a network by its name in lunar weights list",
			),
		box: z
			.tuple([z.number(), z.number(), z.number().gt(0), z.number().gt(0)])
			.readonly()
			.optional()
			.describe(
				"Where the object is: x,y,width,height in pixels of the upright picture, from its top left corner; for one picture",
			),
		object: z
			.number()
			.int()
			.min(1)
			.max(9)
			.optional()
			.describe(
				"Which of several objects is meant: 1 is the large one near the middle, the warning names the others; for one picture",
			),
		seed: z
			.number()
			.int()
			.min(0)
			.max(4_294_967_295)
			.default(0)
			.describe("Same inputs, options and seed give the same bytes"),
	});

/** Checks the options and fills what `quality` decides. Throws a ZodError. */
export function resolveRunOptions(input: RunOptionsInput): RunOptions {
	const parsed = runOptionsSchema.parse(input);
	return {
		quality: parsed.quality,
		resolution: parsed.resolution ?? RESOLUTION[parsed.quality],
		smoothing: parsed.smoothing,
		faces: parsed.faces ?? FACES[parsed.quality],
		texture: parsed.texture,
		textureSize: parsed.textureSize ?? TEXTURE_SIZE[parsed.quality],
		balanceExposure: parsed.balanceExposure,
		delight: parsed.delight,
		background: parsed.background,
		...(parsed.box ? { box: parsed.box } : {}),
		...(parsed.object === undefined ? {} : { object: parsed.object }),
		seed: parsed.seed,
	};
}
