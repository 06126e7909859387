import type { TexturedMesh } from "../core/asset.ts";
import type { Mesh } from "../core/mesh.ts";
import { ByteWriter } from "./byte-writer.ts";
import { type EncodedPicture, pictureExtension } from "./encoded-picture.ts";
import type { OutputFile } from "./output-file.ts";
import { staysInUnitSquare } from "./stays-in-unit-square.ts";
import { zip } from "./zip.ts";

const COMMA = 44;
const MATERIAL = "/Root/Materials/Material";

/**
 * Writes `<stem>.usdz` (Pixar's USDZ specification): a stored ZIP, contents at multiples of
 * 64 bytes, with a text layer and the picture. Metres, +Y up. Takes PNG and JPEG only.
 */
export function writeUsdz(
	textured: TexturedMesh,
	texture: EncodedPicture | undefined,
	stem: string,
): readonly OutputFile[] {
	if (texture?.mimeType === "image/webp")
		throw new RangeError("USDZ takes PNG and JPEG pictures, not WebP");
	const picture =
		texture && textured.mesh.uvs
			? {
					name: `textures/baseColor.${pictureExtension(texture.mimeType)}`,
					bytes: texture.bytes,
				}
			: undefined;
	const layer = writeLayer(textured, picture?.name);
	const bytes = zip(
		[{ name: "model.usda", bytes: layer }, ...(picture ? [picture] : [])],
		{ alignment: 64 },
	);
	return [{ name: `${stem}.usdz`, bytes }];
}

function writeLayer(
	textured: TexturedMesh,
	textureName: string | undefined,
): Uint8Array {
	const { mesh } = textured;
	const { positions, indices, normals } = mesh;
	const uvs = textureName ? mesh.uvs : undefined;
	const colors = textureName ? undefined : mesh.colors;
	const out = new ByteWriter(
		positions.length * 40 + indices.length * 12 + 4096,
	);
	out.text(`#usda 1.0
(
    customLayerData = {
        string creator = "Lunar Nova"
    }
    defaultPrim = "Root"
    metersPerUnit = 1
    upAxis = "Y"
)

def Xform "Root" (
    kind = "component"
)
{
    def Mesh "Model" (
        prepend apiSchemas = ["MaterialBindingAPI"]
    )
    {
        uniform bool doubleSided = 0
        float3[] extent = ${extent(mesh)}
        int[] faceVertexCounts = [`);
	for (let t = 0; t < indices.length; t += 3) {
		if (t > 0) out.char(COMMA);
		out.char(51); // 3
	}
	out.text("]\n        int[] faceVertexIndices = [");
	for (let i = 0; i < indices.length; i++) {
		if (i > 0) out.char(COMMA);
		out.integer(indices[i]);
	}
	out.text("]\n");
	out.text("        point3f[] points = ");
	writeTuples(out, positions, 3, 3);
	out.text("\n");
	if (normals) {
		out.text("        normal3f[] normals = ");
		writeTuples(out, normals, 3, 3);
		out.text(' (\n            interpolation = "vertex"\n        )\n');
	}
	if (uvs) {
		// USD has its UV origin at the bottom.
		const flipped = uvs.slice();
		for (let i = 1; i < flipped.length; i += 2) flipped[i] = 1 - flipped[i];
		out.text("        texCoord2f[] primvars:st = ");
		writeTuples(out, flipped, 2, 2);
		out.text(' (\n            interpolation = "vertex"\n        )\n');
	}
	if (colors) {
		out.text("        color3f[] primvars:displayColor = ");
		writeTuples(out, colors, 4, 3); // linear, as ours
		out.text(' (\n            interpolation = "vertex"\n        )\n');
	}
	out.text(`        uniform token subdivisionScheme = "none"
        rel material:binding = <${MATERIAL}>
    }

    def Scope "Materials"
    {
        def Material "Material"
        {
            token outputs:surface.connect = <${MATERIAL}/PreviewSurface.outputs:surface>

            def Shader "PreviewSurface"
            {
                uniform token info:id = "UsdPreviewSurface"
${diffuse(textureName !== undefined, colors !== undefined)}
                float inputs:roughness = ${textured.roughness}
                float inputs:metallic = ${textured.metallic}
                int inputs:useSpecularWorkflow = 0
                token outputs:surface
            }
${textureName ? textureShaders(textureName, uvs) : ""}${colors ? COLOR_SHADER : ""}        }
    }
}
`);
	return out.finish();
}

function diffuse(hasTexture: boolean, hasColors: boolean): string {
	const input = "                color3f inputs:diffuseColor";
	if (hasTexture)
		return `${input}.connect = <${MATERIAL}/BaseColor.outputs:rgb>`;
	if (hasColors)
		return `${input}.connect = <${MATERIAL}/VertexColor.outputs:result>`;
	return `${input} = (1, 1, 1)`;
}

function textureShaders(
	textureName: string,
	uvs: Float32Array | undefined,
): string {
	const wrap = uvs && !staysInUnitSquare(uvs) ? "repeat" : "clamp";
	return `
            def Shader "TextureCoordinates"
            {
                uniform token info:id = "UsdPrimvarReader_float2"
                string inputs:varname = "st"
                float2 outputs:result
            }

            def Shader "BaseColor"
            {
                uniform token info:id = "UsdUVTexture"
                asset inputs:file = @${textureName}@
                float2 inputs:st.connect = <${MATERIAL}/TextureCoordinates.outputs:result>
                token inputs:sourceColorSpace = "sRGB"
                token inputs:wrapS = "${wrap}"
                token inputs:wrapT = "${wrap}"
                float3 outputs:rgb
            }
`;
}

const COLOR_SHADER = `
            def Shader "VertexColor"
            {
                uniform token info:id = "UsdPrimvarReader_float3"
                string inputs:varname = "displayColor"
                float3 outputs:result
            }
`;

function writeTuples(
	out: ByteWriter,
	values: Float32Array, // [count × stride]
	stride: number,
	components: number,
): void {
	out.char(91); // [
	for (let i = 0; i < values.length; i += stride) {
		if (i > 0) out.char(COMMA);
		out.char(40); // (
		for (let c = 0; c < components; c++) {
			if (c > 0) out.char(COMMA);
			out.number(values[i + c]);
		}
		out.char(41); // )
	}
	out.char(93); // ]
}

function extent(mesh: Mesh): string {
	const min = [Infinity, Infinity, Infinity];
	const max = [-Infinity, -Infinity, -Infinity];
	for (let i = 0; i < mesh.positions.length; i++) {
		const c = i % 3;
		min[c] = Math.min(min[c], mesh.positions[i]);
		max[c] = Math.max(max[c], mesh.positions[i]);
	}
	return `[(${min.join(", ")}), (${max.join(", ")})]`;
}
