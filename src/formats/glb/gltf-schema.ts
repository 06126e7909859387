import { z } from "zod";
import { LunarError } from "../../core/errors.ts";
import { corrupt } from "../model.ts";
import type { GltfJson } from "./gltf-json.ts";

// The part of glTF 2.0 that we read, by the Khronos specification. Unknown keys are dropped.

const index = z.int().min(0);
const size = z.int().min(0);
const vec3 = z.array(z.number()).length(3);
const vec4 = z.array(z.number()).length(4);

const textureTransform = z.object({
	offset: z.array(z.number()).length(2).optional(),
	rotation: z.number().optional(),
	scale: z.array(z.number()).length(2).optional(),
	texCoord: index.optional(),
});
const textureInfo = z.object({
	index,
	texCoord: index.optional(),
	extensions: z
		.object({ KHR_texture_transform: textureTransform.optional() })
		.optional(),
});

const meshoptView = z.object({
	buffer: index,
	byteOffset: size.optional(),
	byteLength: size,
	byteStride: z.int().min(1).max(256),
	count: size,
	mode: z.enum(["ATTRIBUTES", "TRIANGLES", "INDICES"]),
	filter: z
		.enum(["NONE", "OCTAHEDRAL", "QUATERNION", "EXPONENTIAL", "COLOR"])
		.optional(),
});
const bufferView = z.object({
	buffer: index,
	byteOffset: size.optional(),
	byteLength: size,
	byteStride: z.int().min(0).max(252).optional(), // 0: some old exporters,
	extensions: z
		.object({
			EXT_meshopt_compression: meshoptView.optional(),
			KHR_meshopt_compression: meshoptView.optional(),
		})
		.optional(),
});

const componentType = z.union([
	z.literal(5120),
	z.literal(5121),
	z.literal(5122),
	z.literal(5123),
	z.literal(5125),
	z.literal(5126),
]);
const accessor = z.object({
	bufferView: index.optional(),
	byteOffset: size.optional(),
	componentType,
	count: size,
	normalized: z.boolean().optional(),
	type: z.string(),
	sparse: z
		.object({
			count: size,
			indices: z.object({
				bufferView: index,
				byteOffset: size.optional(),
				componentType,
			}),
			values: z.object({ bufferView: index, byteOffset: size.optional() }),
		})
		.optional(),
});

const primitive = z.object({
	attributes: z.record(z.string(), index),
	indices: index.optional(),
	material: index.optional(),
	mode: z.int().min(0).max(6).optional(),
	extensions: z
		.object({
			KHR_draco_mesh_compression: z
				.object({
					bufferView: index,
					attributes: z.record(z.string(), index),
				})
				.optional(),
		})
		.optional(),
});

const material = z.object({
	name: z.string().optional(),
	pbrMetallicRoughness: z
		.object({
			baseColorFactor: vec4.optional(),
			baseColorTexture: textureInfo.optional(),
			metallicFactor: z.number().optional(),
			roughnessFactor: z.number().optional(),
		})
		.optional(),
	extensions: z
		.object({
			KHR_materials_pbrSpecularGlossiness: z
				.object({
					diffuseFactor: vec4.optional(),
					diffuseTexture: textureInfo.optional(),
					glossinessFactor: z.number().optional(),
				})
				.optional(),
		})
		.optional(),
});

const gltf: z.ZodType<GltfJson> = z.object({
	asset: z.object({ version: z.string(), extras: z.unknown().optional() }),
	extensionsRequired: z.array(z.string()).optional(),
	scene: index.optional(),
	scenes: z.array(z.object({ nodes: z.array(index).optional() })).optional(),
	nodes: z
		.array(
			z.object({
				name: z.string().optional(),
				mesh: index.optional(),
				children: z.array(index).optional(),
				matrix: z.array(z.number()).length(16).optional(),
				translation: vec3.optional(),
				rotation: vec4.optional(),
				scale: vec3.optional(),
			}),
		)
		.optional(),
	meshes: z
		.array(
			z.object({
				name: z.string().optional(),
				primitives: z.array(primitive),
			}),
		)
		.optional(),
	materials: z.array(material).optional(),
	textures: z
		.array(
			z.object({
				source: index.optional(),
				extensions: z
					.object({
						EXT_texture_webp: z.object({ source: index }).optional(),
					})
					.optional(),
			}),
		)
		.optional(),
	images: z
		.array(
			z.object({
				uri: z.string().optional(),
				mimeType: z.string().optional(),
				bufferView: index.optional(),
			}),
		)
		.optional(),
	accessors: z.array(accessor).optional(),
	bufferViews: z.array(bufferView).optional(),
	buffers: z
		.array(z.object({ uri: z.string().optional(), byteLength: size }))
		.optional(),
});

/** Required extensions that change how we must read the file; materials only change its look. */
const KNOWN_EXTENSIONS: ReadonlySet<string> = new Set([
	"KHR_draco_mesh_compression",
	"EXT_meshopt_compression",
	"KHR_meshopt_compression",
	"KHR_mesh_quantization",
	"KHR_texture_transform",
	"KHR_texture_basisu",
	"EXT_texture_webp",
	"EXT_texture_avif",
	"KHR_lights_punctual",
	"KHR_node_visibility",
]);

/** Parses and checks the JSON of a glTF file. */
export function parseGltfJson(bytes: Uint8Array): GltfJson {
	let value: unknown;
	try {
		value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
	} catch (error) {
		throw corrupt("the glTF JSON cannot be parsed", error);
	}
	const result = gltf.safeParse(value);
	if (!result.success) {
		const issue = result.error.issues[0];
		throw corrupt(`glTF ${issue.path.join(".")}: ${issue.message}`);
	}
	const { version } = result.data.asset;
	if (!version.startsWith("2."))
		throw new LunarError(
			"MODEL_UNSUPPORTED",
			`glTF version "${version.slice(0, 20)}"; 2.0 is read`,
		);
	for (const name of result.data.extensionsRequired ?? [])
		if (!KNOWN_EXTENSIONS.has(name) && !name.startsWith("KHR_materials_"))
			throw new LunarError(
				"MODEL_UNSUPPORTED",
				`the file requires the glTF extension ${name.slice(0, 80)}`,
			);
	return result.data;
}
