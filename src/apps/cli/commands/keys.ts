import { openStore } from "../../../adapters/sqlite/open-store.ts";
import { LunarError } from "../../../core/errors.ts";
import { makeApiKey, type NewApiKey } from "../../../service/make-api-key.ts";
import {
	type ApiKey,
	KEY_SCOPES,
	type KeyScope,
	type KeyStore,
} from "../../../service/ports/key-store.ts";
import { loadConfig } from "../../config/load-config.ts";
import type { Command, Terminal } from "../command.ts";
import { configSourcesOf } from "../config-flags.ts";
import {
	describeFlags,
	type Flag,
	type FlagValues,
	parseFlags,
} from "../flags.ts";
import { DOOR_FLAGS, namedServer } from "../jobs-door.ts";
import { ago, shown } from "./jobs-list.ts";

type ShownKey = Omit<ApiKey, "hash">;

const KEY_FLAGS: readonly Flag[] = [
	{
		name: "scope",
		type: "string",
		value: "LIST",
		description:
			"add: read, submit (and read), admin (all); comma-separated (default submit)",
	},
	{
		name: "expires",
		type: "string",
		value: "TIME",
		description: "add: as 90d, 12h or 2027-01-31 (default never)",
	},
	{
		name: "requests-per-minute",
		type: "number",
		value: "N",
		description: "add: instead of the server's limit",
	},
	{
		name: "concurrent-jobs",
		type: "number",
		value: "N",
		description:
			"add: queued and running at once, instead of the server's limit",
	},
	{
		name: "storage",
		type: "string",
		value: "SIZE",
		description: "add: bytes of files its jobs may hold, as 5GB",
	},
	{ name: "json", type: "boolean", description: "Machine-readable, on stdout" },
];

/** Keys in the data folder, or of a server whose admin asks. */
interface KeysDoor {
	add(wanted: NewApiKey): Promise<{ key: string; record: ShownKey }>;
	list(): Promise<readonly ShownKey[]>;
	remove(id: string): Promise<void>;
}

const PARTS: Readonly<
	Record<
		string,
		(
			door: KeysDoor,
			names: readonly string[],
			values: FlagValues,
			terminal: Terminal,
		) => Promise<void>
	>
> = { list, add, remove };

export const keysCommand: Command = {
	name: "keys",
	help: () => `usage: lunar keys add NAME [--scope LIST] [--expires TIME] [options]
       lunar keys list
       lunar keys remove ID …

API keys of the server that works on the data folder, also while it runs; with --server those of another one, which
takes LUNAR_API_KEY to be an admin's. A key is shown once, when it is made; only its hash is kept.

${describeFlags(KEY_FLAGS)}

server
${describeFlags(DOOR_FLAGS)}

examples
  lunar keys add shop --scope submit
  lunar keys add dashboard --scope read --expires 90d
`,
	async run(args, terminal) {
		const { values, positionals } = parseFlags(args, [
			...KEY_FLAGS,
			...DOOR_FLAGS,
		]);
		const [part = "list", ...names] = positionals;
		const run = PARTS[part];
		if (run === undefined)
			throw new LunarError(
				"OPTION_INVALID",
				`keys has no "${part}"; it has ${Object.keys(PARTS).join(", ")}`,
			);
		if (part === "list" ? names.length > 0 : names.length === 0)
			throw new LunarError(
				"OPTION_INVALID",
				part === "list"
					? "keys list takes nothing"
					: `keys ${part} takes ${part === "add" ? "a NAME" : "an ID; see lunar keys list"}`,
			);
		await run(await openKeys(values), names, values, terminal);
		return 0;
	},
};

async function add(
	door: KeysDoor,
	names: readonly string[],
	values: FlagValues,
	terminal: Terminal,
): Promise<void> {
	const { key, record } = await door.add(wantedFrom(names.join(" "), values));
	if (values.json === true) {
		terminal.out(`${JSON.stringify({ key, record })}\n`);
		return;
	}
	terminal.out(`${key}\n`);
	terminal.err(
		`${record.id} "${shown(record.name)}" may ${record.scopes.join(", ")}; keep the key, it is not shown again\n`,
	);
}

async function list(
	door: KeysDoor,
	_names: readonly string[],
	values: FlagValues,
	terminal: Terminal,
): Promise<void> {
	const keys = await door.list();
	if (values.json === true) {
		terminal.out(`${JSON.stringify(keys, null, 2)}\n`);
		return;
	}
	const now = Date.now();
	for (const { id, name, scopes, lastUsedAt, expiresAt } of keys)
		terminal.out(
			`${id}  ${scopes.join(",").padEnd(11)}  ${(lastUsedAt === undefined ? "never used" : `used ${ago(now - lastUsedAt)}`).padEnd(16)}  ${shown(name)}${expiresAt === undefined ? "" : expiresAt < now ? "  (expired)" : `  (until ${new Date(expiresAt).toLocaleDateString()})`}\n`,
		);
	if (keys.length === 0) terminal.out("no keys; lunar keys add NAME\n");
}

async function remove(
	door: KeysDoor,
	ids: readonly string[],
	values: FlagValues,
	terminal: Terminal,
): Promise<void> {
	for (const id of ids) {
		await door.remove(id);
		terminal.out(
			values.json === true ? `${JSON.stringify({ id })}\n` : `${id}  removed\n`,
		);
	}
}

async function openKeys(values: FlagValues): Promise<KeysDoor> {
	const client = namedServer(values);
	if (client)
		return {
			add: (wanted) => client.ask("POST", "/v1/keys", wanted),
			list: async () =>
				(await client.ask<{ keys: ShownKey[] }>("GET", "/v1/keys")).keys,
			remove: (id) =>
				client.ask("DELETE", `/v1/keys/${encodeURIComponent(id)}`),
		};
	const { config } = await loadConfig(configSourcesOf(values));
	// The server may be at work on the folder: a short visit, which SQLite keeps apart from its own.
	const visit = async <T>(work: (keys: KeyStore) => Promise<T>): Promise<T> => {
		const store = openStore(config.dataPath, { lock: false });
		try {
			return await work(store.keys);
		} finally {
			await store.close();
		}
	};
	return {
		add: (wanted) =>
			visit(async (keys) => {
				const { key, record } = makeApiKey(wanted, Date.now());
				await keys.add(record);
				return { key, record: withoutHash(record) };
			}),
		list: () => visit(async (keys) => (await keys.list()).map(withoutHash)),
		remove: (id) =>
			visit(async (keys) => {
				if (!(await keys.remove(id)))
					throw new LunarError("FILE_UNKNOWN", `there is no key ${id}`);
			}),
	};
}

function withoutHash({ hash: _, ...key }: ApiKey): ShownKey {
	return key;
}

function wantedFrom(name: string, values: FlagValues): NewApiKey {
	const scopes = String(values.scope ?? "submit")
		.split(",")
		.map((scope) => scope.trim());
	const unknown = scopes.find(
		(scope) => !KEY_SCOPES.includes(scope as KeyScope),
	);
	if (unknown !== undefined)
		throw new LunarError(
			"OPTION_INVALID",
			`--scope ${unknown}: the scopes are ${KEY_SCOPES.join(", ")}`,
		);
	if (name.trim() === "" || name.length > 100)
		throw new LunarError(
			"OPTION_INVALID",
			`the name has ${name.length} characters, it may have 1 to 100`,
		);
	return {
		name: name.trim(),
		scopes: scopes as KeyScope[],
		expiresAt: expiryFrom(values.expires),
		requestsPerMinute: countFrom(values, "requests-per-minute"),
		concurrentJobs: countFrom(values, "concurrent-jobs"),
		storageBytes: sizeFrom(values.storage),
	};
}

function countFrom(values: FlagValues, name: string): number | undefined {
	const value = values[name];
	if (value === undefined) return undefined;
	if (Number.isInteger(value) && Number(value) > 0) return Number(value);
	throw new LunarError(
		"OPTION_INVALID",
		`--${name} ${value}: it must be a whole number above 0`,
	);
}

function expiryFrom(value: FlagValues[string]): number | undefined {
	if (value === undefined) return undefined;
	const [, count, unit] = /^(\d+)\s*([hd])$/.exec(String(value)) ?? [];
	const at =
		count === undefined
			? Date.parse(String(value))
			: Date.now() + Number(count) * (unit === "h" ? 3_600_000 : 86_400_000);
	if (at > Date.now()) return at;
	throw new LunarError(
		"OPTION_INVALID",
		`--expires ${value}: give a time to come, as 90d, 12h or 2027-01-31`,
	);
}

function sizeFrom(value: FlagValues[string]): number | undefined {
	if (value === undefined) return undefined;
	const [, count, unit] =
		/^(\d+(?:\.\d+)?)\s*(|k|M|G|T)B?$/i.exec(String(value)) ?? [];
	const bytes = Math.round(
		Number(count) * 1000 ** " kmgt".indexOf((unit || " ").toLowerCase()),
	);
	if (bytes > 0) return bytes;
	throw new LunarError(
		"OPTION_INVALID",
		`--storage ${value}: give a size as 500MB or 5GB`,
	);
}
