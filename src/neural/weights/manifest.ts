import { LunarError } from "../../core/errors.ts";

/** Weights that engines and background removal can use: where from, how large, which bytes, under which licence. */
export interface WeightEntry {
	readonly name: string;
	readonly title: string;
	/** What wants it, for lists. */
	readonly use: "engine" | "background";
	readonly source: WeightSource;
	readonly files: readonly WeightFile[];
	readonly licence: WeightLicence;
}

/** Where the files are published, and with it, whose cache they live in. */
export type WeightSource =
	| {
			readonly kind: "huggingface";
			readonly repo: string; // organisation/name
			readonly revision: string; // 40 hex digits
	  }
	| { readonly kind: "rembg"; readonly release: string };

export interface WeightFile {
	/** In the cache, and in what `findWeights` answers. */
	readonly name: string;
	/** At the source. */
	readonly path: string;
	readonly sizeBytes: number;
	/** All of them must match before a file is used. */
	readonly digests: readonly Digest[];
}

export interface Digest {
	readonly algorithm: "sha256" | "md5";
	readonly hex: string;
	/**
	 * `publisher`: stated by those who publish the file. `third-party`: several independent projects record it, but
	 * the publisher's own statement was not seen; what the server states at the download is compared as well.
	 */
	readonly source: "publisher" | "third-party";
}

export interface WeightLicence {
	readonly name: string;
	readonly commercial: "yes" | "no" | "restricted";
	readonly url: string;
	readonly note?: string;
}

const TRIPOSR: WeightEntry = {
	name: "triposr",
	title: "TripoSR, one picture to a shape (Stability AI and Tripo, 2024)",
	use: "engine",
	source: {
		kind: "huggingface",
		repo: "stabilityai/TripoSR",
		revision: "5b521936b01fbe1890f6f9baed0254ab6351c04a",
	},
	files: [
		{
			name: "config.yaml",
			path: "config.yaml",
			sizeBytes: 987,
			digests: [
				{
					algorithm: "sha256",
					hex: "74ca708ce086bf68e97709ea6b3d91f14717921c04691e84043f0eb8fcc68e62",
					source: "third-party",
				},
			],
		},
		{
			name: "model.ckpt",
			path: "model.ckpt",
			sizeBytes: 1_677_246_742,
			digests: [
				{
					algorithm: "sha256",
					hex: "429e2c6b22a0923967459de24d67f05962b235f79cde6b032aa7ed2ffcd970ee",
					source: "third-party",
				},
			],
		},
	],
	licence: {
		name: "MIT",
		commercial: "yes",
		url: "https://huggingface.co/stabilityai/TripoSR",
	},
};

const U2NET: WeightLicence = {
	name: "Apache-2.0",
	commercial: "yes",
	url: "https://github.com/xuebinqin/U-2-Net",
};
const BIREFNET: WeightLicence = {
	name: "MIT",
	commercial: "yes",
	url: "https://github.com/ZhengPeng7/BiRefNet",
};
/** All BiRefNets with the large backbone. */
const BIREFNET_BYTES = 972_666_916;

export const WEIGHTS: readonly WeightEntry[] = [
	TRIPOSR,
	rembg("u2net", "U²-Net, any object", "u2net.onnx", 175_997_641, U2NET, {
		md5: "60024c5c889badc19c04ad937298a77b",
		sha256: "8d10d2f3bb75ae3b6d527c77944fc5e7dcd94b29809d47a739a7a728a912b491",
	}),
	rembg("u2netp", "U²-Net, small", "u2netp.onnx", 4_574_861, U2NET, {
		md5: "8e83ca70e441ab06c318d82300c84806",
		sha256: "309c8469258dda742793dce0ebea8e6dd393174f89934733ecc8b14c76f4ddd8",
	}),
	rembg(
		"u2net_human_seg",
		"U²-Net, people",
		"u2net_human_seg.onnx",
		175_997_641,
		U2NET,
		{
			md5: "c09ddc2e0104f800e3e1bb4652583d1f",
			sha256:
				"01eb6a29a5c4d8edb30b56adad9bb3a2a0535338e480724a213e0acfd2d1c73c",
		},
	),
	rembg(
		"silueta",
		"U²-Net, compressed",
		"silueta.onnx",
		44_173_029,
		{
			...U2NET,
			url: "https://github.com/xuebinqin/U-2-Net/issues/295",
			note: "compressed from U²-Net by a third party; no licence of its own is stated",
		},
		{
			md5: "55e59e0d8062d2f5d013f4725ee84782",
			sha256:
				"75da6c8d2f8096ec743d071951be73b4a8bc7b3e51d9a6625d63644f90ffeedb",
		},
	),
	rembg(
		"isnet-general-use",
		"IS-Net, any object, finer edges",
		"isnet-general-use.onnx",
		178_648_008,
		{
			name: "Apache-2.0",
			commercial: "yes",
			url: "https://github.com/xuebinqin/DIS",
			note: "trained on DIS5K, whose pictures have terms of their own",
		},
		{
			md5: "fc16ebd8b0c10d971d3513d564d01e29",
			sha256:
				"60920e99c45464f2ba57bee2ad08c919a52bbf852739e96947fbb4358c0d964a",
		},
	),
	rembg(
		"isnet-anime",
		"IS-Net, drawn characters",
		"isnet-anime.onnx",
		176_069_933,
		{
			name: "Apache-2.0",
			commercial: "yes",
			url: "https://github.com/SkyTNT/anime-segmentation",
		},
		{
			md5: "6f184e756bb3bd901c8849220a83e38e",
			sha256:
				"f15622d853e8260172812b657053460e20806f04b9e05147d49af7bed31a6e99",
		},
	),
	rembg(
		"birefnet-general",
		"BiRefNet, any object, finest edges",
		"BiRefNet-general-epoch_244.onnx",
		BIREFNET_BYTES,
		BIREFNET,
		{
			md5: "7a35a0141cbbc80de11d9c9a28f52697",
			sha256:
				"58f621f00f5d756097615970a88a791584600dcf7c45b18a0a6267535a1ebd3c",
		},
	),
	rembg(
		"birefnet-general-lite",
		"BiRefNet, any object, smaller",
		"BiRefNet-general-bb_swin_v1_tiny-epoch_232.onnx",
		224_005_088,
		BIREFNET,
		{
			md5: "4fab47adc4ff364be1713e97b7e66334",
			sha256:
				"5600024376f572a557870a5eb0afb1e5961636bef4e1e22132025467d0f03333",
		},
	),
	rembg(
		"birefnet-portrait",
		"BiRefNet, people",
		"BiRefNet-portrait-epoch_150.onnx",
		BIREFNET_BYTES,
		BIREFNET,
		{
			md5: "c3a64a6abf20250d090cd055f12a3b67",
			sha256:
				"1ba1c8ff5a7bbfadc8d8d13fb11d7be793f91f23d9d466549e37a854f6668f99",
		},
	),
	rembg(
		"birefnet-dis",
		"BiRefNet, thin structures",
		"BiRefNet-DIS-epoch_590.onnx",
		BIREFNET_BYTES,
		BIREFNET,
		{ md5: "2d4d44102b446f33a4ebb2e56c051f2b" },
	),
	rembg(
		"birefnet-hrsod",
		"BiRefNet, large pictures",
		"BiRefNet-HRSOD_DHU-epoch_115.onnx",
		BIREFNET_BYTES,
		BIREFNET,
		{ md5: "c017ade5de8a50ff0fd74d790d268dda" },
	),
	rembg(
		"birefnet-cod",
		"BiRefNet, camouflaged objects",
		"BiRefNet-COD-epoch_125.onnx",
		BIREFNET_BYTES,
		BIREFNET,
		{ md5: "f6d0d21ca89d287f17e7afe9f5fd3b45" },
	),
	rembg(
		"birefnet-massive",
		"BiRefNet, trained on more pictures",
		"BiRefNet-massive-TR_DIS5K_TR_TEs-epoch_420.onnx",
		BIREFNET_BYTES,
		BIREFNET,
		{ md5: "33e726a2136a3d59eb0fdf613e31e3e9" },
	),
	{
		...rembg(
			"bria-rmbg",
			"BRIA RMBG 2.0, any object",
			"bria-rmbg-2.0.onnx",
			1_024_331_469,
			{
				name: "CC-BY-NC-4.0",
				commercial: "no",
				url: "https://huggingface.co/briaai/RMBG-2.0",
				note: "commercial use needs an agreement with BRIA; never chosen by --background auto",
			},
			{},
		),
		files: [
			{
				name: "bria-rmbg.onnx",
				path: "bria-rmbg-2.0.onnx",
				sizeBytes: 1_024_331_469,
				digests: [
					{
						algorithm: "sha256",
						hex: "5b486f08200f513f460da46dd701db5fbb47d79b4be4b708a19444bcd4e79958",
						source: "publisher",
					},
				],
			},
		],
	},
];

/** The entry of that name. */
export function weightsByName(name: string): WeightEntry {
	const entry = WEIGHTS.find((candidate) => candidate.name === name);
	if (entry) return entry;
	throw new LunarError(
		"WEIGHTS_UNKNOWN",
		`there are no weights "${name}"; there are ${WEIGHTS.map((known) => known.name).join(", ")}`,
	);
}

/** Bytes of all files of an entry. */
export function sizeOfWeights(entry: WeightEntry): number {
	return entry.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** A model as rembg publishes it. It checks MD5; SHA-256 is what others found for the same bytes. */
function rembg(
	name: string,
	title: string,
	path: string,
	sizeBytes: number,
	licence: WeightLicence,
	digests: { readonly md5?: string; readonly sha256?: string },
): WeightEntry {
	return {
		name,
		title,
		use: "background",
		source: { kind: "rembg", release: "v0.0.0" },
		files: [
			{
				name: `${name}.onnx`,
				path,
				sizeBytes,
				digests: [
					...(digests.sha256 === undefined
						? []
						: ([
								{
									algorithm: "sha256",
									hex: digests.sha256,
									source: "third-party",
								},
							] as const)),
					...(digests.md5 === undefined
						? []
						: ([
								{ algorithm: "md5", hex: digests.md5, source: "publisher" },
							] as const)),
				],
			},
		],
		licence,
	};
}
