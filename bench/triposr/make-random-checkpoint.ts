import { mkdir, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";

// node bench/triposr/make-random-checkpoint.ts FOLDER
// Writes FOLDER/model.ckpt (1.68 GB) and FOLDER/config.yaml: the layout of the official TripoSR files, names, shapes
// and order of bytes as torch.save has them, with seeded random numbers. For speed and memory, never for pictures.

const CONFIG = `cond_image_size: 512
image_tokenizer_cls: tsr.models.tokenizers.image.DINOSingleImageTokenizer
image_tokenizer:
  pretrained_model_name_or_path: facebook/dino-vitb16
tokenizer_cls: tsr.models.tokenizers.triplane.Triplane1DTokenizer
tokenizer: { plane_size: 32, num_channels: 1024 }
backbone_cls: tsr.models.transformer.transformer_1d.Transformer1D
backbone:
  in_channels: \${tokenizer.num_channels}
  num_attention_heads: 16
  attention_head_dim: 64
  num_layers: 16
  cross_attention_dim: 768
post_processor_cls: tsr.models.network_utils.TriplaneUpsampleNetwork
post_processor: { in_channels: 1024, out_channels: 40 }
decoder_cls: tsr.models.network_utils.NeRFMLP
decoder: { in_channels: 120, n_neurons: 64, n_hidden_layers: 9, activation: silu }
renderer_cls: tsr.models.nerf_renderer.TriplaneNeRFRenderer
renderer:
  radius: 0.87
  feature_reduction: concat
  density_activation: exp
  density_bias: -1.0
  num_samples_per_ray: 128
`;

type Spec = readonly [name: string, shape: readonly number[]];

function linear(
	name: string,
	out: number,
	inputs: number,
	bias = true,
): Spec[] {
	return [
		[`${name}.weight`, [out, inputs]],
		...(bias ? [[`${name}.bias`, [out]] as const] : []),
	];
}

function norm(name: string, channels: number): Spec[] {
	return [
		[`${name}.weight`, [channels]],
		[`${name}.bias`, [channels]],
	];
}

/** The 549 tensors of the official file. */
function tensors(): Spec[] {
	const specs: Spec[] = [];
	const vit = "image_tokenizer.model";
	specs.push(
		[`${vit}.embeddings.cls_token`, [1, 1, 768]],
		[`${vit}.embeddings.position_embeddings`, [1, 197, 768]],
		[`${vit}.embeddings.patch_embeddings.projection.weight`, [768, 3, 16, 16]],
		[`${vit}.embeddings.patch_embeddings.projection.bias`, [768]],
	);
	for (let i = 0; i < 12; i++) {
		const layer = `${vit}.encoder.layer.${i}`;
		for (const part of ["query", "key", "value"])
			specs.push(...linear(`${layer}.attention.attention.${part}`, 768, 768));
		specs.push(
			...linear(`${layer}.attention.output.dense`, 768, 768),
			...linear(`${layer}.intermediate.dense`, 3072, 768),
			...linear(`${layer}.output.dense`, 768, 3072),
			...norm(`${layer}.layernorm_before`, 768),
			...norm(`${layer}.layernorm_after`, 768),
		);
	}
	specs.push(...norm(`${vit}.layernorm`, 768));
	specs.push(...linear(`${vit}.pooler.dense`, 768, 768));
	specs.push(["tokenizer.embeddings", [3, 1024, 32, 32]]);
	specs.push(
		...norm("backbone.norm", 1024),
		...linear("backbone.proj_in", 1024, 1024),
	);
	for (let i = 0; i < 16; i++) {
		const block = `backbone.transformer_blocks.${i}`;
		specs.push(...norm(`${block}.norm1`, 1024));
		for (const [attention, context] of [
			["attn1", 1024],
			["attn2", 768],
		] as const) {
			specs.push(
				...linear(`${block}.${attention}.to_q`, 1024, 1024, false),
				...linear(`${block}.${attention}.to_k`, 1024, context, false),
				...linear(`${block}.${attention}.to_v`, 1024, context, false),
				...linear(`${block}.${attention}.to_out.0`, 1024, 1024),
				...norm(`${block}.${attention === "attn1" ? "norm2" : "norm3"}`, 1024),
			);
		}
		specs.push(
			...linear(`${block}.ff.net.0.proj`, 8192, 1024),
			...linear(`${block}.ff.net.2`, 1024, 4096),
		);
	}
	specs.push(...linear("backbone.proj_out", 1024, 1024));
	specs.push(
		["post_processor.upsample.weight", [1024, 40, 2, 2]],
		["post_processor.upsample.bias", [40]],
	);
	const widths = [120, 64, 64, 64, 64, 64, 64, 64, 64, 64, 4];
	for (let i = 0; i < 10; i++)
		specs.push(...linear(`decoder.layers.${2 * i}`, widths[i + 1], widths[i]));
	return specs;
}

/** Values of the size that PyTorch's own initialisation gives. xorshift32 (Marsaglia, 2003). */
function fill(values: Float32Array, name: string, fanIn: number): void {
	let centre = 0;
	let reach = Math.sqrt(1 / fanIn);
	if (/norm[^.]*\.weight$/.test(name)) [centre, reach] = [1, 0.17];
	else if (name.endsWith(".bias")) reach = 0.035;
	else if (/token$|embeddings$/.test(name)) reach = 0.5;
	for (let i = 0; i < values.length; i++) {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		values[i] = centre + reach * (state / 2 ** 31);
	}
}
let state = 20240601;

class Pickle {
	readonly bytes: number[] = [];
	op(...codes: number[]): void {
		this.bytes.push(...codes);
	}
	text(value: string): void {
		this.op(0x58, ...int32(value.length), ...Buffer.from(value));
	}
	global(module: string, name: string): void {
		this.op(0x63, ...Buffer.from(`${module}\n${name}\n`));
	}
	int(value: number): void {
		this.op(0x4a, ...int32(value));
	}
	tuple(values: readonly number[]): void {
		this.op(0x28);
		for (const value of values) this.int(value);
		this.op(0x74);
	}
}

function int32(value: number): number[] {
	return [value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24];
}

function count(shape: readonly number[]): number {
	return shape.reduce((product, size) => product * size, 1);
}

function pickleOf(specs: readonly Spec[]): Uint8Array {
	const p = new Pickle();
	p.op(0x80, 2, 0x7d, 0x28);
	specs.forEach(([name, shape], index) => {
		const strides = shape.map((_, axis) => count(shape.slice(axis + 1)));
		p.text(name);
		p.global("torch._utils", "_rebuild_tensor_v2");
		p.op(0x28, 0x28);
		p.text("storage");
		p.global("torch", "FloatStorage");
		p.text(String(index));
		p.text("cpu");
		p.int(count(shape));
		p.op(0x74, 0x51);
		p.int(0);
		p.tuple(shape);
		p.tuple(strides);
		p.op(0x89);
		p.global("collections", "OrderedDict");
		p.op(0x29, 0x52, 0x74, 0x52);
	});
	p.op(0x75, 0x2e);
	return Uint8Array.from(p.bytes);
}

async function writeCheckpoint(file: string): Promise<void> {
	const specs = tensors();
	const handle = await open(file, "w");
	const central: Buffer[] = [];
	let at = 0;
	const append = async (bytes: Uint8Array): Promise<void> => {
		await handle.write(bytes);
		at += bytes.length;
	};
	const entry = async (name: string, content: Uint8Array): Promise<void> => {
		const nameBytes = Buffer.from(`model/${name}`);
		const start = at;
		const padding = 4 + ((64 - ((at + 34 + nameBytes.length) % 64)) % 64);
		const common = Buffer.alloc(26);
		common.writeUInt16LE(20, 0);
		common.writeUInt32LE(crc32(content), 10);
		common.writeUInt32LE(content.length, 14);
		common.writeUInt32LE(content.length, 18);
		common.writeUInt16LE(nameBytes.length, 22);
		const extra = Buffer.alloc(padding);
		extra.write("FB");
		extra.writeUInt16LE(padding - 4, 2);
		const local = Buffer.from(common);
		local.writeUInt16LE(padding, 24);
		await append(
			Buffer.concat([Buffer.from("PK\x03\x04"), local, nameBytes, extra]),
		);
		await append(content);
		const tail = Buffer.alloc(14);
		tail.writeUInt32LE(start, 10);
		central.push(
			Buffer.concat([
				Buffer.from("PK\x01\x02\x14\x00"),
				common,
				tail,
				nameBytes,
			]),
		);
	};
	await entry("data.pkl", pickleOf(specs));
	await entry("byteorder", Buffer.from("little"));
	for (const [index, [name, shape]] of specs.entries()) {
		const values = new Float32Array(count(shape));
		fill(values, name, count(shape.slice(1)) || 1);
		await entry(`data/${index}`, new Uint8Array(values.buffer));
	}
	await entry("version", Buffer.from("3\n"));
	const listStart = at;
	for (const record of central) await append(record);
	const end = Buffer.alloc(22);
	end.write("PK\x05\x06");
	end.writeUInt16LE(central.length, 8);
	end.writeUInt16LE(central.length, 10);
	end.writeUInt32LE(at - listStart, 12);
	end.writeUInt32LE(listStart, 16);
	await append(end);
	await handle.close();
}

const [folder] = process.argv.slice(2);
if (folder === undefined) {
	console.error("node bench/triposr/make-random-checkpoint.ts FOLDER");
	process.exit(2);
}
await mkdir(folder, { recursive: true });
await writeFile(join(folder, "config.yaml"), CONFIG);
await writeCheckpoint(join(folder, "model.ckpt"));
const specs = tensors();
console.log(
	`${folder}: ${specs.length} tensors, ${specs.reduce((sum, [, shape]) => sum + count(shape), 0)} numbers`,
);
