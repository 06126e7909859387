import { readFileSync } from "node:fs";
import { LunarError } from "../../core/errors.ts";
import { nearestName } from "../nearest-name.ts";
import type { Given } from "./read-config-file.ts";
import { SECTIONS, SETTINGS, type Setting } from "./settings.ts";

/**
 * Settings from LUNAR_… variables; empty ones count as not set. A secret may be in a file that LUNAR_…_FILE names, as
 * container secrets are. Throws CONFIG_INVALID for names that are near to a setting's: others that begin with LUNAR_ belong to
 * someone else (Kubernetes makes some for a service called lunar).
 */
export function readConfigEnvironment(
	env: NodeJS.ProcessEnv,
): ReadonlyMap<string, Given> {
	const given = new Map<string, Given>();
	const byVariable = new Map(
		SETTINGS.map((setting) => [setting.variable, setting]),
	);
	for (const [variable, text] of Object.entries(env)) {
		if (!variable.startsWith("LUNAR_") || !text || text.trim() === "") continue;
		const setting = byVariable.get(variable);
		if (setting !== undefined) {
			given.set(setting.path, {
				value: parseValue(setting, text.trim()),
				from: variable,
			});
			continue;
		}
		const secret = byVariable.get(variable.replace(/_FILE$/, ""));
		if (secret?.secret !== undefined) {
			if (!env[secret.variable])
				given.set(secret.path, {
					value: readSecret(variable, text),
					from: variable,
				});
			continue;
		}
		refuseMisspelt(variable, [...byVariable.keys()]);
	}
	return given;
}

function refuseMisspelt(variable: string, known: readonly string[]): void {
	const nearest = nearestName(variable, known);
	const isOfSection = SECTIONS.some((section) =>
		variable.startsWith(`LUNAR_${section.toUpperCase()}_`),
	);
	if (nearest !== undefined || isOfSection)
		throw new LunarError(
			"CONFIG_INVALID",
			`the environment has ${variable}, which is no setting${nearest === undefined ? "" : `; did you mean ${nearest}?`}`,
		);
}

function readSecret(variable: string, path: string): string {
	try {
		return readFileSync(path, "utf8").trim();
	} catch (error) {
		throw new LunarError(
			"CONFIG_INVALID",
			`${variable} names ${path}, which cannot be read: ${(error as NodeJS.ErrnoException).code}`,
			{ cause: error },
		);
	}
}

/** Text that does not fit is left as it is: the schema refuses it by name. */
function parseValue({ type }: Setting, text: string): unknown {
	switch (type) {
		case "number":
			return /^[-+\d.e]+$/i.test(text) ? Number(text) : text;
		case "boolean":
			return /^(true|1|yes|on)$/i.test(text)
				? true
				: /^(false|0|no|off)$/i.test(text)
					? false
					: text;
		case "list":
			return text
				.split(",")
				.map((part) => part.trim())
				.filter((part) => part !== "");
		case "text":
			return text;
	}
}
