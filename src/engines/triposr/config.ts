import { parse } from "yaml";
import { z } from "zod";
import { LunarError } from "../../core/errors.ts";

/** What the official configuration says and the weights' shapes do not. */
export interface TripoSrConfig {
	/** Side of the picture the network takes, pixels. */
	readonly imageSize: number;
	/** Cells on a side of a plane before the last layer doubles them. */
	readonly planeSize: number;
	readonly heads: number;
	readonly headWidth: number;
	readonly blocks: number;
	readonly normGroups: number;
	/** Half the side of the cube that holds the object, world units. */
	readonly radius: number;
	readonly densityBias: number;
	readonly samplesPerRay: number;
	readonly decoder: {
		readonly inputs: number;
		readonly width: number;
		readonly hiddenLayers: number;
	};
	readonly encoder: {
		readonly heads: number;
		readonly normEpsilon: number;
		/** How positions are stretched to another picture size: `legacy` as in transformers 4.35. */
		readonly positions: "legacy" | "exact";
	};
}

/** The classes that the official file names; no other is built here. */
const CLASSES = {
	image_tokenizer_cls: "tsr.models.tokenizers.image.DINOSingleImageTokenizer",
	tokenizer_cls: "tsr.models.tokenizers.triplane.Triplane1DTokenizer",
	backbone_cls: "tsr.models.transformer.transformer_1d.Transformer1D",
	post_processor_cls: "tsr.models.network_utils.TriplaneUpsampleNetwork",
	decoder_cls: "tsr.models.network_utils.NeRFMLP",
	renderer_cls: "tsr.models.nerf_renderer.TriplaneNeRFRenderer",
} as const;

/** Encoders by their names; the file names one and says nothing about it. */
const ENCODERS: Readonly<Record<string, TripoSrConfig["encoder"]>> = {
	"facebook/dino-vitb16": {
		heads: 12,
		normEpsilon: 1e-12,
		positions: "legacy",
	},
};

const count = z.int().min(1).max(65536);
const SCHEMA = z.object({
	cond_image_size: count,
	image_tokenizer: z.object({ pretrained_model_name_or_path: z.string() }),
	tokenizer: z.object({ plane_size: count, num_channels: count }),
	backbone: z.object({
		in_channels: count,
		num_attention_heads: count,
		attention_head_dim: count,
		num_layers: count,
		cross_attention_dim: count,
		norm_num_groups: count.default(32),
		attention_bias: z.literal(false).default(false),
		activation_fn: z.literal("geglu").default("geglu"),
	}),
	post_processor: z.object({ in_channels: count, out_channels: count }),
	decoder: z.object({
		in_channels: count,
		n_neurons: count,
		n_hidden_layers: count,
		activation: z.literal("silu").default("silu"),
	}),
	renderer: z.object({
		radius: z.number().positive(),
		feature_reduction: z.literal("concat").default("concat"),
		density_activation: z.literal("exp").default("exp"),
		density_bias: z.number().default(-1),
		num_samples_per_ray: count.default(128),
	}),
});

const MAX_BYTES = 65536;
const MAX_DEPTH = 8;

/** Reads the official `config.yaml`, with its `${section.key}` references. */
export function parseTripoSrConfig(
	yaml: string,
	encoder?: TripoSrConfig["encoder"],
): TripoSrConfig {
	if (yaml.length > MAX_BYTES)
		throw mismatch(`${yaml.length} characters; at most ${MAX_BYTES}`);
	let document: unknown;
	try {
		document = parse(yaml, { maxAliasCount: 0, schema: "core" });
	} catch (cause) {
		throw mismatch("it is not YAML", cause);
	}
	const plain = resolveReferences(document, document, 0);
	if (typeof plain !== "object" || plain === null)
		throw mismatch("it holds no settings");
	for (const [key, known] of Object.entries(CLASSES)) {
		const named = (plain as Record<string, unknown>)[key];
		if (named !== known)
			throw mismatch(
				`${key} names ${String(named).slice(0, 100)}; only ${known} is built`,
			);
	}
	const checked = SCHEMA.safeParse(plain);
	if (!checked.success) {
		const [issue] = checked.error.issues;
		throw mismatch(`${issue.path.join(".")}: ${issue.message}`);
	}
	const { data } = checked;
	const name = data.image_tokenizer.pretrained_model_name_or_path;
	const known = Object.hasOwn(ENCODERS, name) ? ENCODERS[name] : undefined;
	if (encoder === undefined && known === undefined)
		throw mismatch(`the encoder ${name} is not known`);
	return {
		imageSize: data.cond_image_size,
		planeSize: data.tokenizer.plane_size,
		heads: data.backbone.num_attention_heads,
		headWidth: data.backbone.attention_head_dim,
		blocks: data.backbone.num_layers,
		normGroups: data.backbone.norm_num_groups,
		radius: data.renderer.radius,
		densityBias: data.renderer.density_bias,
		samplesPerRay: data.renderer.num_samples_per_ray,
		decoder: {
			inputs: data.decoder.in_channels,
			width: data.decoder.n_neurons,
			hiddenLayers: data.decoder.n_hidden_layers,
		},
		encoder: encoder ?? (known as TripoSrConfig["encoder"]),
	};
}

/** Replaces `${tokenizer.num_channels}` by the value it names (OmegaConf's interpolation, absolute names only). */
function resolveReferences(
	value: unknown,
	root: unknown,
	depth: number,
): unknown {
	if (depth > MAX_DEPTH) throw mismatch("it refers to itself");
	if (typeof value === "string") {
		const reference = /^\$\{([\w.]+)\}$/.exec(value);
		if (reference === null) {
			if (value.includes("${"))
				throw mismatch(
					`the reference ${value.slice(0, 100)} is not understood`,
				);
			return value;
		}
		let target: unknown = root;
		for (const key of reference[1].split("."))
			target =
				typeof target === "object" &&
				target !== null &&
				Object.hasOwn(target, key)
					? (target as Record<string, unknown>)[key]
					: undefined;
		if (target === undefined) throw mismatch(`${value} names nothing`);
		return resolveReferences(target, root, depth + 1);
	}
	if (Array.isArray(value))
		return value.map((item) => resolveReferences(item, root, depth + 1));
	if (typeof value === "object" && value !== null)
		return Object.fromEntries(
			Object.entries(value).map(([key, item]) => [
				key,
				resolveReferences(item, root, depth + 1),
			]),
		);
	return value;
}

function mismatch(message: string, cause?: unknown): LunarError {
	return new LunarError("CHECKPOINT_MISMATCH", `config.yaml: ${message}`, {
		cause,
	});
}
