import { readFile } from "node:fs/promises";
import type { Engine } from "../../core/engine.ts";
import { LunarError } from "../../core/errors.ts";
import type { Notice, RunContext } from "../../core/run-context.ts";
import type { Shape } from "../../core/shape.ts";
import type { View } from "../../core/view.ts";
import { openCheckpoint } from "../../neural/checkpoint.ts";
import { runWatched } from "../../neural/run-watched.ts";
import type { NeuralSession } from "../../neural/runtime.ts";
import type { NeuralTools } from "../../neural/tools.ts";
import { type DenseLayer, sumPlanes } from "../../neural/triplane/triplane.ts";
import { tripoSrBackbone } from "./backbone.ts";
import { checkPrecision } from "./check-precision.ts";
import { parseTripoSrConfig, type TripoSrConfig } from "./config.ts";
import { readFirstLayer, tripoSrDecoder } from "./decoder.ts";
import { type TripoSrOptions, tripoSrOptions } from "./options.ts";
import { placeScene, TRIPOSR_LENS, toScene, toWorld } from "./place-scene.ts";
import { conditionImage } from "./preprocess.ts";
import { quantizeTripoSr } from "./quantize.ts";
import { type Scene, sceneColors, sceneSurface } from "./scene.ts";

const WEIGHTS = "triposr";
const PULL = `Run: lunar weights pull ${WEIGHTS}`;

/** Of the network on two cores; for the progress only. */
const EXPECTED_MS = 25_000;

/** What stays loaded between runs. */
interface Loaded {
	readonly precision: TripoSrOptions["precision"];
	readonly config: TripoSrConfig;
	readonly first: DenseLayer;
	readonly backbone: NeuralSession;
	readonly decoder: NeuralSession;
	/** About its precision, for every run. */
	readonly notice?: Notice;
}

/** TripoSR (Tochilkin et al., 2024) from its official weights. `encoder`: of a model whose file does not name a known one. */
export function tripoSr(
	tools: NeuralTools,
	encoder?: TripoSrConfig["encoder"],
): Engine<TripoSrOptions> {
	let loading: Promise<Loaded> | undefined;

	const unload = async (): Promise<void> => {
		const loaded = await loading?.catch(() => undefined);
		loading = undefined;
		await loaded?.backbone.dispose();
		await loaded?.decoder.dispose();
	};
	const load = async (
		precision: TripoSrOptions["precision"],
		ctx: RunContext,
	): Promise<Loaded> => {
		const kept = await loading?.catch(() => undefined);
		if (kept?.precision === precision) return kept;
		await unload();
		loading = loadNetwork(tools, encoder, precision, ctx);
		return loading;
	};

	return {
		id: "triposr",
		title: "TripoSR",
		summary:
			"One picture to a coloured solid by a learned prior, all round in one pass. Needs its official weights (1.7 GB).",
		options: tripoSrOptions,
		needs: { views: [1, 4], weights: [WEIGHTS], memoryMB: 3000 },
		licence: { name: "MIT", commercial: "yes" },
		lens: TRIPOSR_LENS,

		async readiness() {
			const found = await tools.findWeights(WEIGHTS, "lists");
			return found.isReady
				? { ready: true }
				: {
						ready: false,
						reason: found.problem ?? "its weights are not on this machine",
						remedy: PULL,
					};
		},

		async load(ctx) {
			await load(tripoSrOptions.parse({}).precision, ctx);
		},
		unload,

		async reconstruct(views, options, ctx): Promise<Shape> {
			const view = chooseView(views, ctx);
			// (1) The picture as the network was trained to see it. Cheap, and refuses what cannot be used.
			const input = await ctx.step("picture", 0.05, async () => {
				const { config } = await requireFiles(tools);
				const { imageSize } = await readConfig(config, encoder);
				return conditionImage(view.image, view.mask, imageSize);
			});
			// (2) The network.
			const loaded = await ctx.step("load", 0.15, (c) =>
				load(options.precision, c),
			);
			if (loaded.notice) ctx.notice(loaded.notice);
			const codes = await ctx.step("network", 0.75, async (c) => {
				const { imageSize } = loaded.config;
				const { scene_codes } = await runWatched(
					loaded.backbone,
					{ image: { data: input, shape: [imageSize, imageSize, 3] } },
					EXPECTED_MS,
					c,
				);
				return scene_codes;
			});
			// (3) Its field, to be followed when the resolution is known.
			const place = placeScene(view.camera, view.mask);
			const scene = await ctx.step("field", 0.05, (): Scene => {
				const [, channels, side] = codes.shape;
				return {
					planes: sumPlanes(
						{
							codes: codes.data as Float32Array,
							channels,
							side,
							radius: loaded.config.radius,
						},
						loaded.first,
					),
					decoder: loaded.decoder,
					densityBias: loaded.config.densityBias,
				};
			});
			return {
				kind: "volume",
				async surface(resolution, c) {
					const mesh = await sceneSurface(
						scene,
						resolution,
						{ threshold: options.densityThreshold, dense: options.dense },
						c,
					);
					toWorld(place, mesh.positions);
					return mesh;
				},
				paint: {
					sample: (points, c) => sceneColors(scene, toScene(place, points), c),
				},
			};
		},
	};
}

/** One picture is all the network takes: the front, or else the first. */
function chooseView(views: readonly View[], ctx: RunContext): View {
	const view = views.find(({ name }) => name === "front") ?? views[0];
	if (views.length > 1)
		ctx.notice({
			code: "views-unused",
			severity: "warning",
			message: `TripoSR takes one picture: ${view.label} was used, ${views.length - 1} others were not`,
			remedy: "For several pictures use --engine multiview-fit.",
		});
	return view;
}

async function requireFiles(
	tools: Pick<NeuralTools, "findWeights">,
): Promise<{ config: string; weights: string }> {
	const { isReady, files, problem } = await tools.findWeights(WEIGHTS, "run");
	const config = files["config.yaml"];
	const weights = files["model.ckpt"];
	if (!isReady || config === undefined || weights === undefined)
		throw new LunarError(
			"WEIGHTS_MISSING",
			`TripoSR needs its weights: ${problem ?? "they are not on this machine"}. ${PULL}`,
		);
	return { config, weights };
}

async function readConfig(
	file: string,
	encoder: TripoSrConfig["encoder"] | undefined,
): Promise<TripoSrConfig> {
	return parseTripoSrConfig(await readFile(file, "utf8"), encoder);
}

async function loadNetwork(
	{ runtime, cacheFolder, ...tools }: NeuralTools,
	encoder: TripoSrConfig["encoder"] | undefined,
	precision: TripoSrOptions["precision"],
	ctx: RunContext,
): Promise<Loaded> {
	const files = await requireFiles(tools);
	const config = await readConfig(files.config, encoder);
	const checkpoint = await openCheckpoint(files.weights);
	const first = await readFirstLayer(checkpoint);
	let network = await tripoSrBackbone(checkpoint, config);
	let notice: Notice | undefined;
	if (precision === "int8") {
		const small = await quantizeTripoSr(checkpoint, cacheFolder);
		const fast = await tripoSrBackbone(small, config);
		ctx.checkpoint(0.3);
		const checked = await checkPrecision(runtime, network, fast, ctx);
		if (checked.isEnough) network = fast;
		notice = checked.notice;
	}
	ctx.checkpoint(0.5);
	const { signal, log } = ctx;
	const backbone = await runtime.load(network, { signal, log });
	const decoder = await runtime.load(
		tripoSrDecoder(checkpoint, first.bias.length),
		{ device: "cpu", signal, log },
	);
	return {
		precision,
		config,
		first,
		backbone,
		decoder,
		...(notice ? { notice } : {}),
	};
}
