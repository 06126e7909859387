import { createRequire } from "node:module";

interface PackageFile {
	readonly version: string;
	readonly dependencies: Readonly<Record<string, string>>;
}

// The same relative place from src/pipeline and from dist/pipeline.
const packageFile: PackageFile = createRequire(import.meta.url)(
	"../../package.json",
);

export const VERSION: string = packageFile.version;
export const GENERATOR: string = `lunar-nova ${VERSION}`;
/** Exact versions of what computes results. */
export const LIBRARIES: Readonly<Record<string, string>> =
	packageFile.dependencies;
