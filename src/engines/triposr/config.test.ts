import { describe, expect, it } from "vitest";
import { parseTripoSrConfig } from "./config.ts";

const OFFICIAL = `
cond_image_size: 512
image_tokenizer_cls: tsr.models.tokenizers.image.DINOSingleImageTokenizer
image_tokenizer:
  pretrained_model_name_or_path: "facebook/dino-vitb16"
tokenizer_cls: tsr.models.tokenizers.triplane.Triplane1DTokenizer
tokenizer:
  plane_size: 32
  num_channels: 1024
backbone_cls: tsr.models.transformer.transformer_1d.Transformer1D
backbone:
  in_channels: \${tokenizer.num_channels}
  num_attention_heads: 16
  attention_head_dim: 64
  num_layers: 16
  cross_attention_dim: 768
post_processor_cls: tsr.models.network_utils.TriplaneUpsampleNetwork
post_processor:
  in_channels: 1024
  out_channels: 40
decoder_cls: tsr.models.network_utils.NeRFMLP
decoder:
  in_channels: 120
  n_neurons: 64
  n_hidden_layers: 9
  activation: silu
renderer_cls: tsr.models.nerf_renderer.TriplaneNeRFRenderer
renderer:
  radius: 0.87
  feature_reduction: concat
  density_activation: exp
  density_bias: -1.0
  num_samples_per_ray: 128
`;

describe("parseTripoSrConfig", () => {
	it("reads the official values", () => {
		expect(parseTripoSrConfig(OFFICIAL)).toEqual({
			imageSize: 512,
			planeSize: 32,
			heads: 16,
			headWidth: 64,
			blocks: 16,
			normGroups: 32,
			radius: 0.87,
			densityBias: -1,
			samplesPerRay: 128,
			decoder: { inputs: 120, width: 64, hiddenLayers: 9 },
			encoder: { heads: 12, normEpsilon: 1e-12, positions: "legacy" },
		});
	});

	it.each([
		["another class", "NeRFMLP", "os.system"],
		["a reference to nothing", "tokenizer.num_channels", "tokenizer.nothing"],
		["a reference to itself", "tokenizer.num_channels", "backbone.in_channels"],
		["a reference to the prototype", "tokenizer.num_channels", "constructor"],
		["code in a reference", "{tokenizer.num_channels}", "{oc.env:HOME}"],
		["another activation", "silu", "relu"],
		["another encoder", "dino-vitb16", "dino-vits8"],
		[
			"a size that is no number",
			"cond_image_size: 512",
			"cond_image_size: big",
		],
		["broken YAML", "tokenizer:", "tokenizer: ["],
		["an alias", "plane_size: 32", "plane_size: *x"],
	])("refuses %s", (_, from, to) => {
		const text = OFFICIAL.replace(from, to);
		expect(text).not.toBe(OFFICIAL);
		expect(() => parseTripoSrConfig(text)).toThrow(
			expect.objectContaining({ code: "CHECKPOINT_MISMATCH" }),
		);
	});
});
