import { createRandom } from "../../core/run-context.ts";
import { type Checkpoint, readFloats } from "../../neural/checkpoint.ts";
import {
	createGraph,
	expectShape,
	type Graph,
	misfit,
	type Value,
} from "../../neural/graph/graph.ts";
import {
	add,
	binary,
	concat,
	reshape,
	transpose,
} from "../../neural/graph/ops.ts";
import { type Weights, weightsOf } from "../../neural/graph/weights.ts";
import { attention } from "../../neural/layers/attention.ts";
import { geglu, gelu } from "../../neural/layers/feed-forward.ts";
import { linear } from "../../neural/layers/linear.ts";
import { groupNorm, layerNorm } from "../../neural/layers/norm.ts";
import { patchEmbed } from "../../neural/layers/patch-embed.ts";
import { upsample } from "../../neural/layers/upsample.ts";
import type {
	AttentionForm,
	NeuralModel,
	OnnxModel,
} from "../../neural/runtime.ts";
import type { TripoSrConfig } from "./config.ts";
import { resizePositions } from "./resize-positions.ts";

// TripoSR (Tochilkin et al., 2024), from a picture to three planes of features. The names are those of the official
// weights. N tokens of the picture, T = 3·S·S tokens of the planes, C channels.

/** Results on the way, by the names that the golden arrays have. */
export type Stage =
	| "vit_embeddings"
	| "vit_layer0"
	| "dino_tokens"
	| "backbone_norm"
	| "backbone_proj_in"
	| "backbone_block0"
	| "backbone_tokens"
	| "scene_codes";

export interface BackboneOptions {
	/** What the network gives. Default: only `scene_codes`. */
	readonly stages?: readonly Stage[];
	/** Layers of the encoder and blocks of the transformer. Default: all. */
	readonly depth?: { readonly layers: number; readonly blocks: number };
}

const MEAN = [0.485, 0.456, 0.406];
const DEVIATION = [0.229, 0.224, 0.225];
const GROUP_NORM_EPSILON = 1e-6;
const LAYER_NORM_EPSILON = 1e-5;
const PLANES = 3;

/**
 * The network of a checkpoint: input `image` [H × W × 3], sRGB 0–1; output `scene_codes` [3 × C × 2S × 2S]. It runs in
 * 8 bits where the checkpoint holds 8-bit weights (quantizeTripoSr).
 */
export async function tripoSrBackbone(
	checkpoint: Checkpoint,
	config: TripoSrConfig,
	options: BackboneOptions = {},
): Promise<NeuralModel> {
	const positions = await stretchedPositions(checkpoint, config);
	const build =
		(chosen: BackboneOptions) =>
		(form: AttentionForm): OnnxModel =>
			buildGraph(checkpoint, config, positions, form, chosen);
	const { imageSize } = config;
	const random = createRandom(1);
	const noise = Float32Array.from({ length: imageSize ** 2 * 3 }, random);
	return {
		name: "TripoSR",
		build: build(options),
		// Repacked 8-bit weights take the place of the file's pages: faster, and no more memory in all.
		memory: isQuantized(checkpoint) ? "fast" : "lean",
		probe: {
			build: build({ depth: { layers: 1, blocks: 1 } }),
			feeds: {
				image: { data: noise, shape: [imageSize, imageSize, 3] },
			},
		},
	};
}

function isQuantized({ tensors }: Checkpoint): boolean {
	return tensors.has("backbone.transformer_blocks.0.attn1.to_q.weight_i8");
}

function buildGraph(
	checkpoint: Checkpoint,
	config: TripoSrConfig,
	positions: Float32Array,
	form: AttentionForm,
	options: BackboneOptions,
): OnnxModel {
	const g = createGraph("TripoSR", form);
	const w = weightsOf(g, checkpoint);
	const stages = new Map<Stage, Value>();
	const image = g.input("image", [config.imageSize, config.imageSize, 3]);
	const context = imageTokens(g, image, w.at("image_tokenizer.model"), {
		config,
		positions,
		stages,
		layers: options.depth?.layers,
	});
	const planes = triplaneTokens(g, context, w, {
		config,
		stages,
		blocks: options.depth?.blocks ?? config.blocks,
	});
	stages.set(
		"scene_codes",
		upsample(g, planes, w.at("post_processor.upsample"), PLANES),
	);
	for (const stage of options.stages ?? ["scene_codes"])
		g.output(stage, stages.get(stage) as Value);
	return g.finish();
}

/** ViT-B/16 (Dosovitskiy et al., 2021) with DINO's weights: [H × W × 3] → [N × C], the class token first. */
function imageTokens(
	g: Graph,
	image: Value,
	w: Weights,
	{
		config,
		positions,
		stages,
		layers,
	}: {
		config: TripoSrConfig;
		positions: Float32Array;
		stages: Map<Stage, Value>;
		layers?: number;
	},
): Value {
	const { heads, normEpsilon } = config.encoder;
	const embeddings = w.at("embeddings");
	const patches = patchEmbed(
		g,
		normalizeImage(g, image),
		embeddings.at("patch_embeddings.projection"),
	);
	const channels = patches.shape[1];
	const cls = reshape(
		g,
		`${embeddings.path}.cls_token`,
		embeddings.get("cls_token", [1, 1, channels]),
		[1, channels],
	);
	const tokenCount = patches.shape[0] + 1;
	let x = add(
		g,
		embeddings.path,
		concat(g, embeddings.path, [cls, patches], 0),
		g.constant(`${embeddings.path}.positions`, positions, [
			tokenCount,
			channels,
		]),
	);
	stages.set("vit_embeddings", x);
	const names = w.at("encoder.layer").parts();
	for (const name of names.slice(0, layers)) {
		x = encoderLayer(g, x, w.at(`encoder.layer.${name}`), heads, normEpsilon);
		if (name === "0") stages.set("vit_layer0", x);
	}
	const tokens = layerNorm(g, x, w.at("layernorm"), normEpsilon);
	stages.set("dino_tokens", tokens);
	return tokens;
}

function encoderLayer(
	g: Graph,
	x: Value,
	w: Weights,
	heads: number,
	epsilon: number,
): Value {
	const own = w.at("attention.attention");
	const normed = layerNorm(g, x, w.at("layernorm_before"), epsilon);
	const attended = attention(
		g,
		own.path,
		linear(g, normed, own.at("query")),
		linear(g, normed, own.at("key")),
		linear(g, normed, own.at("value")),
		heads,
	);
	x = add(g, w.path, x, linear(g, attended, w.at("attention.output.dense")));
	const wide = linear(
		g,
		layerNorm(g, x, w.at("layernorm_after"), epsilon),
		w.at("intermediate.dense"),
	);
	const narrow = linear(g, gelu(g, w.path, wide), w.at("output.dense"));
	return add(g, w.path, x, narrow);
}

/** The planes' tokens, which look at each other and at the picture: [T × C]. */
function triplaneTokens(
	g: Graph,
	context: Value,
	w: Weights,
	{
		config,
		stages,
		blocks,
	}: { config: TripoSrConfig; stages: Map<Stage, Value>; blocks: number },
): Value {
	const { planeSize, normGroups } = config;
	const tokenCount = PLANES * planeSize * planeSize;
	const backbone = w.at("backbone");
	const [, channels] = w.shapeOf("tokenizer.embeddings");
	const planes = w.get("tokenizer.embeddings", [
		PLANES,
		channels,
		planeSize,
		planeSize,
	]);
	// [3 × C × S × S] → [C × T]
	const embedded = reshape(
		g,
		"tokenizer",
		transpose(g, "tokenizer", planes, [1, 0, 2, 3]),
		[channels, tokenCount],
	);
	const normed = groupNorm(
		g,
		embedded,
		backbone.at("norm"),
		normGroups,
		GROUP_NORM_EPSILON,
	);
	stages.set("backbone_norm", normed);
	let h = linear(
		g,
		transpose(g, backbone.path, normed, [1, 0]),
		backbone.at("proj_in"),
	);
	stages.set("backbone_proj_in", h);
	for (let i = 0; i < blocks; i++) {
		h = crossBlock(
			g,
			h,
			context,
			backbone.at(`transformer_blocks.${i}`),
			config,
		);
		if (i === 0) stages.set("backbone_block0", h);
	}
	const out = add(
		g,
		backbone.path,
		linear(g, h, backbone.at("proj_out")),
		transpose(g, "tokenizer", embedded, [1, 0]),
	);
	stages.set("backbone_tokens", transpose(g, backbone.path, out, [1, 0]));
	return out;
}

/** Self-attention, attention to the picture, feed-forward; each on normed input, each added. */
function crossBlock(
	g: Graph,
	h: Value,
	context: Value,
	w: Weights,
	{ heads, headWidth }: TripoSrConfig,
): Value {
	const attend = (part: string, x: Value, source: Value): Value => {
		const own = w.at(part);
		const q = linear(g, x, own.at("to_q"));
		expectShape(`${own.path}.to_q`, q, [-1, heads * headWidth]);
		const attended = attention(
			g,
			own.path,
			q,
			linear(g, source, own.at("to_k")),
			linear(g, source, own.at("to_v")),
			heads,
		);
		return linear(g, attended, own.at("to_out.0"));
	};
	const norm = (name: string): Value =>
		layerNorm(g, h, w.at(name), LAYER_NORM_EPSILON);
	const first = norm("norm1");
	h = add(g, w.path, h, attend("attn1", first, first));
	h = add(g, w.path, h, attend("attn2", norm("norm2"), context));
	const wide = geglu(g, norm("norm3"), w.at("ff.net.0.proj"));
	return add(g, w.path, h, linear(g, wide, w.at("ff.net.2")));
}

/** [H × W × 3] → [3 × H × W], less the mean, over the deviation. */
function normalizeImage(g: Graph, image: Value): Value {
	const at = "image_tokenizer";
	const perChannel = (name: string, values: readonly number[]): Value =>
		g.constant(`${at}.${name}`, Float32Array.from(values), [3, 1, 1]);
	const planar = transpose(g, at, image, [2, 0, 1]);
	const centred = binary(g, at, "Sub", planar, perChannel("mean", MEAN));
	return binary(g, at, "Div", centred, perChannel("deviation", DEVIATION));
}

/** The class token's position as it is, the others for this picture size: [(1 + patches) × C]. */
async function stretchedPositions(
	checkpoint: Checkpoint,
	config: TripoSrConfig,
): Promise<Float32Array> {
	const prefix = "image_tokenizer.model.embeddings";
	const name = `${prefix}.position_embeddings`;
	const learned = await readFloats(checkpoint, name);
	const [, count, channels] = checkpoint.tensors.get(name)?.shape ?? [];
	const patch =
		checkpoint.tensors.get(`${prefix}.patch_embeddings.projection.weight`)
			?.shape[3] ?? 0;
	const from = Math.sqrt(count - 1);
	const to = Math.floor(config.imageSize / patch);
	if (!Number.isInteger(from) || !(to >= 1))
		throw misfit(name, `holds ${count} positions, which are no square grid`);
	const grid = resizePositions(
		learned.subarray(channels),
		from,
		to,
		channels,
		config.encoder.positions,
	);
	const out = new Float32Array((1 + to * to) * channels);
	out.set(learned.subarray(0, channels));
	out.set(grid, channels);
	return out;
}
