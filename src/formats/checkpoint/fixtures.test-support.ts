import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FOLDER = new URL("../../../fixtures/triposr-tiny/", import.meta.url);

export function tinyPath(name: string): string {
	return fileURLToPath(new URL(name, FOLDER));
}

export function tinyBytes(name: string): Uint8Array {
	return new Uint8Array(readFileSync(tinyPath(name)));
}
