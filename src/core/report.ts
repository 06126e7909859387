import type { Look } from "./asset.ts";
import type { Box } from "./mesh.ts";
import type { MaskMethod } from "./photo.ts";
import type { Notice } from "./run-context.ts";

export type Verdict = "pass" | "warn" | "fail";

/** One claim about the result that was measured against a limit. */
export interface Check {
	readonly id: string; // 'mesh.watertight', 'glb.size', …
	readonly passed: boolean;
	readonly measured: number;
	/** The limit, and how `measured` is compared with it. */
	readonly limit: number;
	readonly compare: "<=" | ">=" | "==";
	readonly unit: string; // '', 'triangles', 'MB', 'dB', …
	/** One sentence for a person. */
	readonly explain: string;
}

/** How the result, rendered from an input camera, compares with the input picture. */
export interface ViewFidelity {
	readonly label: string;
	readonly name?: string;
	/** Whole picture, both composited on mid grey, sRGB. */
	readonly psnrDb: number;
	/** Over the union of both silhouettes only: stricter. */
	readonly foregroundPsnrDb: number;
	/** Structural similarity of luma, 11 × 11 Gaussian window (Wang et al., 2004). */
	readonly ssim: number;
	readonly silhouetteIou: number;
	/** Normal >= 25 dB and >= 0.85; warning >= 20 dB and >= 0.75; else failure. */
	readonly verdict: Verdict;
}

/** Topology and geometry of a triangle mesh, measured after welding equal positions. */
export interface MeshReport {
	readonly vertexCount: number;
	readonly triangleCount: number;
	readonly watertight: boolean;
	readonly manifold: boolean;
	readonly consistentlyOriented: boolean;
	readonly outwardOriented: boolean;
	readonly componentCount: number;
	readonly genus: number; // sum over closed components; 0 where the mesh is open
	readonly eulerCharacteristic: number;
	readonly boundaryEdgeCount: number;
	readonly nonManifoldEdgeCount: number;
	readonly nonManifoldVertexCount: number;
	readonly degenerateTriangleCount: number;
	readonly selfIntersectingTriangleCount: number;
	readonly area: number; // world units²
	readonly volume: number; // world units³; 0 where the mesh is open
	readonly bounds: Box;
}

/** The UV layout and the texture on it. */
export interface TextureReport {
	readonly width: number; // pixels
	readonly height: number; // pixels
	/** Share of the atlas that charts use. */
	readonly utilisation: number;
	readonly chartCount: number;
	/** Share of the surface that has texels at all. */
	readonly coverage: number;
	/** Share of the surface area whose texels are stretched by more than 1.5 to 1. */
	readonly stretchedShare: number;
	readonly maxStretch: number;
	/** Texels claimed by more than one triangle away from their shared edges. */
	readonly overlapTexelCount: number;
	/** Texels along one world unit: 5th percentile, median and 95th percentile by area. */
	readonly texelsPerUnit: readonly [p5: number, median: number, p95: number];
}

/** What was seen, and what was made up. Shares of the surface area; they sum to 1. */
export interface SeenReport {
	readonly seenShare: number;
	readonly inventedShare: number;
	/** Index k: share of the area that exactly k input views see (last entry: that many or more). */
	readonly shareByViewCount: readonly number[];
}

/** Requirements of one place where the asset may be used. */
export interface ProfileResult {
	readonly id: string; // 'web-ar', 'shopify', 'print', 'game'
	readonly title: string;
	readonly passed: boolean;
	readonly checks: readonly Check[];
}

/** How the object was found in one input picture. */
export interface ForegroundReport {
	readonly label: string;
	readonly method: MaskMethod;
	/** The network that found it, where one did. */
	readonly network?: string;
	readonly confidence: number; // 0–1
}

export interface QualityReport {
	readonly verdict: Verdict;
	/** One sentence a person can act on. */
	readonly summary: string;
	readonly foreground: readonly ForegroundReport[];
	readonly perView: readonly ViewFidelity[];
	readonly mesh: MeshReport;
	readonly texture?: TextureReport;
	readonly seen?: SeenReport;
	readonly look?: Look;
	readonly gltf?: {
		readonly errors: number;
		readonly warnings: number;
		readonly infos: number;
		readonly messages: readonly string[];
	};
	readonly profiles: readonly ProfileResult[];
	readonly notices: readonly Notice[];
}
