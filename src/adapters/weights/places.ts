import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { WeightEntry } from "../../neural/weights/manifest.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where weights are kept and fetched from: the places that Hugging Face's and rembg's own tools use. */
export interface WeightPlaces {
	/** Folder of `models--org--name`. */
	readonly hubFolder: string;
	/** No slash at the end. */
	readonly hubEndpoint: string;
	/** HF_HUB_OFFLINE: the hub is not asked. */
	readonly offline: boolean;
	/** Flat folder of `NAME.onnx`; every version of rembg looks here. */
	readonly rembgFolder: string;
	/** Folder of `models/NAME/NAME.onnx`, where newer versions of rembg put them. */
	readonly rembgHome: string;
	/** No slash at the end. */
	readonly rembgUrl: string;
	/** MODEL_CHECKSUM_DISABLED: rembg models are taken as they are. */
	readonly rembgUnchecked: boolean;
	/** Files of our own that can be made again. */
	readonly cacheFolder: string;
	/** What was checked before, so that it is not read again at every start. */
	readonly recordsFolder: string;
}

export function weightPlaces(env: Environment): WeightPlaces {
	const home = given(env, "HOME") ?? homedir();
	const expand = (path: string): string =>
		resolve(path.replace(/^~(?=$|[\\/])/, home));
	const cache = expand(given(env, "XDG_CACHE_HOME") ?? join(home, ".cache"));
	const hubHome = expand(given(env, "HF_HOME") ?? join(cache, "huggingface"));
	const data = given(env, "XDG_DATA_HOME");
	const flat = expand(given(env, "U2NET_HOME") ?? join(data ?? home, ".u2net"));
	return {
		hubFolder: expand(
			given(env, "HF_HUB_CACHE") ??
				given(env, "HUGGINGFACE_HUB_CACHE") ??
				join(hubHome, "hub"),
		),
		hubEndpoint: withoutSlash(
			given(env, "HF_ENDPOINT") ?? "https://huggingface.co",
		),
		offline: isOn(env, "HF_HUB_OFFLINE") || isOn(env, "TRANSFORMERS_OFFLINE"),
		rembgFolder: flat,
		rembgHome:
			given(env, "U2NET_HOME") === undefined
				? expand(
						given(env, "REMBG_HOME") ??
							(data ? join(data, "rembg") : join(home, ".rembg")),
					)
				: flat,
		rembgUrl: withoutSlash(
			given(env, "LUNAR_REMBG_URL") ??
				"https://github.com/danielgatis/rembg/releases/download",
		),
		rembgUnchecked: given(env, "MODEL_CHECKSUM_DISABLED") !== undefined,
		cacheFolder: join(cache, "lunar-nova"),
		recordsFolder: join(cache, "lunar-nova", "checked"),
	};
}

/** The user's Hugging Face token, from HF_TOKEN or the file that `hf auth login` writes. */
export function hubToken(env: Environment): string | undefined {
	const direct = given(env, "HF_TOKEN") ?? given(env, "HUGGING_FACE_HUB_TOKEN");
	if (direct !== undefined) return clean(direct);
	if (isOn(env, "HF_HUB_DISABLE_IMPLICIT_TOKEN")) return undefined;
	const home = given(env, "HOME") ?? homedir();
	const hubHome =
		given(env, "HF_HOME") ??
		join(given(env, "XDG_CACHE_HOME") ?? join(home, ".cache"), "huggingface");
	const path = given(env, "HF_TOKEN_PATH") ?? join(hubHome, "token");
	try {
		return clean(readFileSync(path.replace(/^~(?=$|[\\/])/, home), "utf8"));
	} catch {
		return undefined; // no token: public files need none
	}
}

/** Where a file of an entry is fetched from. */
export function urlOf(
	places: WeightPlaces,
	entry: WeightEntry,
	path: string,
): string {
	const { source } = entry;
	const escaped = path.split("/").map(encodeURIComponent).join("/");
	return source.kind === "huggingface"
		? `${places.hubEndpoint}/${source.repo}/resolve/${source.revision}/${escaped}`
		: `${places.rembgUrl}/${source.release}/${escaped}`;
}

/** The page where a person reads the terms. */
export function pageOf(places: WeightPlaces, entry: WeightEntry): string {
	return entry.source.kind === "huggingface"
		? `${places.hubEndpoint}/${entry.source.repo}`
		: entry.licence.url;
}

function given(env: Environment, name: string): string | undefined {
	const value = env[name]?.trim();
	return value === undefined || value === "" ? undefined : value;
}

function isOn(env: Environment, name: string): boolean {
	return /^(1|on|yes|true)$/i.test(env[name]?.trim() ?? "");
}

function withoutSlash(url: string): string {
	return url.replace(/\/+$/, "");
}

/** Header values hold no line ends; a token file usually ends with one. */
function clean(token: string): string | undefined {
	const text = token.replace(/[\r\n]/g, "").trim();
	return text === "" ? undefined : text;
}
