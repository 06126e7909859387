import { srgbToLinear } from "../kernel/image/srgb.ts";
import { TextScanner } from "./text-scanner.ts";

/** What an OBJ material says about the look. */
export interface MtlMaterial {
	baseColorFactor: [number, number, number, number]; // linear RGBA
	roughness: number;
	metallic: number;
	/** As written in the file, not yet checked. */
	texturePath?: string;
}

/** How many words follow each option of a texture statement. */
const MAP_OPTIONS: Readonly<Record<string, number>> = {
	"-blendu": 1,
	"-blendv": 1,
	"-boost": 1,
	"-bm": 1,
	"-cc": 1,
	"-clamp": 1,
	"-imfchan": 1,
	"-mm": 2,
	"-o": 3,
	"-s": 3,
	"-t": 3,
	"-texres": 1,
	"-type": 1,
};

/** Reads the materials of an MTL file. Colours there are as on a screen (sRGB). */
export function readMtl(bytes: Uint8Array): Map<string, MtlMaterial> {
	const materials = new Map<string, MtlMaterial>();
	const scan = new TextScanner(bytes);
	let material: MtlMaterial | undefined;
	for (; !scan.done; scan.skipLine()) {
		const keyword = scan.word();
		if (keyword === "newmtl") {
			material = defaultMtl();
			materials.set(scan.restOfLine(), material);
		} else if (material) readStatement(keyword, scan, material);
	}
	return materials;
}

function readStatement(
	keyword: string,
	scan: TextScanner,
	material: MtlMaterial,
): void {
	if (keyword === "map_Kd") {
		material.texturePath = withoutOptions(scan.restOfLine());
		return;
	}
	const value = scan.number();
	if (!(value >= 0)) return; // also: "Kd spectral …", which nobody writes
	if (keyword === "Kd") {
		const green = scan.number();
		const blue = scan.number();
		// One number alone stands for all three.
		const rgb = [value, green >= 0 ? green : value, blue >= 0 ? blue : value];
		for (let c = 0; c < 3; c++)
			material.baseColorFactor[c] = srgbToLinear(Math.min(1, rgb[c]));
	} else if (keyword === "d") material.baseColorFactor[3] = Math.min(1, value);
	else if (keyword === "Pr") material.roughness = Math.min(1, value);
	else if (keyword === "Pm") material.metallic = Math.min(1, value);
}

/** The look of faces whose material nobody has. */
export function defaultMtl(): MtlMaterial {
	return { baseColorFactor: [1, 1, 1, 1], roughness: 1, metallic: 0 };
}

function withoutOptions(text: string): string {
	const words = text.split(/[ \t]+/);
	let at = 0;
	while (at < words.length - 1 && Object.hasOwn(MAP_OPTIONS, words[at])) {
		const most = MAP_OPTIONS[words[at++]];
		// -o, -s and -t may leave out their last numbers.
		for (let k = 0; k < most && at < words.length - 1; k++) {
			if (most === 3 && k > 0 && !/^[-+.\d]/.test(words[at])) break;
			at++;
		}
	}
	return words.slice(at).join(" ");
}
