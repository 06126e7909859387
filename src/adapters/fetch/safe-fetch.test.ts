import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer as createTcpServer } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LunarError } from "../../core/errors.ts";
import { configSchema } from "../../service/config.ts";
import type { Resolve } from "./guarded-request.ts";
import { type FetchPictureOptions, fetchPicture } from "./safe-fetch.ts";

const CONFIG = configSchema.parse({}).fetch;
const never: Resolve = () => {
	throw new Error("asked a name server");
};
/** A name server that knows one address for everything. */
const at =
	(...addresses: string[]): Resolve =>
	async () =>
		addresses.map((address) => ({
			address,
			family: address.includes(":") ? 6 : 4,
		}));

function options(
	config: Partial<FetchPictureOptions["config"]> = {},
	resolve?: Resolve,
): FetchPictureOptions {
	return {
		config: { ...CONFIG, ...config },
		signal: new AbortController().signal,
		...(resolve ? { resolve } : {}),
	};
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
	return promise.then(
		() => "none",
		(error: LunarError) => error.code ?? String(error),
	);
}

async function read(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of bytes) chunks.push(chunk);
	return Buffer.concat(chunks);
}

/** Every request that reached a server of ours. */
const hits: string[] = [];
const seenHeaders: Record<string, unknown>[] = [];
const servers: { close(): unknown; closeAllConnections?(): void }[] = [];
let port = 0;
let home = "";

/** Paths of the server on 127.0.0.1. */
const PATHS: Record<string, RequestListener> = {
	"/picture": (_, response) => {
		response.setHeader("content-type", "image/png");
		response.setHeader("set-cookie", "a=b");
		response.end("PNG bytes");
	},
	"/missing": (_, response) => response.writeHead(404).end(),
	"/empty-redirect": (_, response) => response.writeHead(302).end(),
	"/packed": (_, response) => {
		response.setHeader("content-encoding", "gzip");
		response.end(gzipSync(Buffer.alloc(1_000_000)));
	},
	"/stated": (_, response) => {
		response.setHeader("content-length", "999999999");
		response.flushHeaders();
	},
	"/endless": (_, response) => {
		const more = (): void => {
			while (!response.destroyed && response.write(Buffer.alloc(65_536)));
		};
		response.on("drain", more);
		more();
	},
	"/silent": () => {},
	"/drip": (_, response) => {
		response.write("a");
		const timer = setInterval(() => response.write("a"), 50);
		response.on("close", () => clearInterval(timer));
	},
	"/cut": (_, response) => {
		response.setHeader("content-length", "100");
		response.write("half");
		setTimeout(() => response.destroy(), 30);
	},
	"/long-headers": (_, response) => {
		response.setHeader("x-long", "a".repeat(20_000));
		response.end();
	},
};

async function listen(server: Server, host: string, at = 0): Promise<number> {
	await new Promise<void>((resolve, reject) => {
		server.once("error", reject);
		server.listen(at, host, resolve);
	});
	servers.push(server);
	return (server.address() as AddressInfo).port;
}

beforeAll(async () => {
	const main = createServer((request, response) => {
		hits.push(`main ${request.url}`);
		seenHeaders.push(request.headers);
		const url = new URL(request.url ?? "/", "http://x");
		const to = url.searchParams.get("to");
		if (to !== null)
			response.writeHead(Number(url.pathname.slice(1)), { location: to }).end();
		else PATHS[url.pathname](request, response);
	});
	port = await listen(main, "127.0.0.1");
	home = `http://127.0.0.1:${port}`;
	const other = createServer((request, response) => {
		hits.push(`other ${request.url}`);
		response.end("other");
	});
	await listen(other, "127.0.0.2", port);
});

afterAll(() => {
	for (const server of servers) {
		server.closeAllConnections?.();
		server.close();
	}
});

/** Forms of addresses that must not be reached, none of which needs a name server. */
const FORBIDDEN: readonly string[] = [
	// IPv4 in all its spellings
	"http://127.0.0.1/",
	"http://127.1/",
	"http://127.0.1/",
	"http://2130706433/",
	"http://0x7f000001/",
	"http://0x7f.0.0.1/",
	"http://017700000001/",
	"http://0177.0.0.01/",
	"http://127.0.0.1./",
	"http://%31%32%37.0.0.1/",
	"http://１２７.０.０.１/",
	"http://①②⑦.⓪.⓪.①/",
	"http://127。0。0。1/",
	"http://0.0.0.0/",
	"http://0/",
	"http://10.0.0.1/",
	"http://172.16.0.1/",
	"http://172.31.255.255/",
	"http://192.168.1.1/",
	"http://100.64.0.1/",
	"http://100.100.100.200/",
	"http://169.254.169.254/latest/meta-data/",
	"http://169.254.170.2/v2/credentials",
	"http://0xa9fea9fe/",
	"http://2852039166/",
	"http://192.0.0.192/",
	"http://192.0.2.1/",
	"http://198.18.0.1/",
	"http://198.51.100.1/",
	"http://203.0.113.1/",
	"http://224.0.0.1/",
	"http://240.0.0.1/",
	"http://255.255.255.255/",
	// IPv6
	"http://[::]/",
	"http://[::1]/",
	"http://[0:0:0:0:0:0:0:1]/",
	"http://[::ffff:127.0.0.1]/",
	"http://[::ffff:7f00:1]/",
	"http://[0:0:0:0:0:ffff:a9fe:a9fe]/",
	"http://[::127.0.0.1]/",
	"http://[::a9fe:a9fe]/",
	"http://[::ffff:0:7f00:1]/",
	"http://[64:ff9b::7f00:1]/",
	"http://[64:ff9b::169.254.169.254]/",
	"http://[64:ff9b:1::a00:1]/",
	"http://[2002:7f00:1::]/",
	"http://[2002:a9fe:a9fe::1]/",
	"http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
	"http://[fe80::1]/",
	"http://[fe80::1%25eth0]/",
	"http://[fec0::1]/",
	"http://[fc00::1]/",
	"http://[fd00:ec2::254]/",
	"http://[ff02::1]/",
	"http://[100::1]/",
	"http://[2001:db8::1]/",
	"http://[4000::1]/",
	// Names
	"http://localhost/",
	"http://LOCALHOST/",
	"http://localhost./",
	"http://a.localhost/",
	"http://ｌｏｃａｌｈｏｓｔ/",
	"http://router/",
	"http://printer.local/",
	"http://metadata.google.internal/",
	"http://db.home.arpa/",
	// Schemes and what else an address may hold
	"file:///etc/passwd",
	"ftp://example.com/a.png",
	"gopher://example.com:70/_",
	"data:image/png;base64,AAAA",
	"blob:http://example.com/1",
	"javascript:alert(1)",
	"unix:/var/run/docker.sock",
	"//example.com/a.png",
	"http:///",
	"http://user@example.com/",
	"http://user:secret@example.com/",
	"http://example.com@127.0.0.1/",
	"http://:secret@example.com/",
	"http://127.0.0.1\\@example.com/",
	"http://example.com:22/",
	"http://example.com:25/",
	"http://example.com:6379/",
	"http://example.com:11211/",
	"http://exa mple.com/",
	"http://example.com/%00".padEnd(3000, "a"),
	"picture.png",
	"",
];

describe("fetchPicture refuses", () => {
	it.each(FORBIDDEN)("%s", async (url) => {
		expect(await codeOf(fetchPicture(url, options({}, never)))).toBe(
			"URL_REFUSED",
		);
	});

	it.each([
		["127.0.0.1"],
		["10.1.2.3"],
		["169.254.169.254"],
		["0.0.0.0"],
		["::1"],
		["::"],
		["fd00::1"],
		["fe80::1"],
		["::ffff:10.0.0.1"],
		["64:ff9b::a00:1"],
		["2002:a00:1::"],
		["93.184.216.34", "10.0.0.1"],
		["2606:2800:220:1::1", "::1"],
	])("a public name that resolves to %s %s", async (...addresses) => {
		const error = await fetchPicture(
			"http://pictures.example.com/a.png",
			options({}, at(...addresses.filter((address) => address))),
		).catch((thrown: LunarError) => thrown);
		expect(error).toMatchObject({ code: "URL_REFUSED" });
		// Who sends addresses learns nothing of the network behind.
		for (const address of addresses)
			expect((error as LunarError).message).not.toContain(address);
	});

	it.each([
		"http://169.254.169.254/latest/meta-data/",
		"http://127.0.0.2/",
		"http://[::1]/",
		"//2130706434/",
		"file:///etc/passwd",
		"FILE:/etc/passwd",
		"gopher://127.0.0.1/",
		"http://localhost/",
		"http://user:secret@pictures.example.com/",
		"http://pictures.example.com:6379/",
	])("a redirect to %s", async (to) => {
		for (const status of [301, 302, 303, 307, 308]) {
			const before = hits.length;
			expect(
				await codeOf(
					fetchPicture(
						`${home}/${status}?to=${encodeURIComponent(to)}`,
						options({ allowHosts: ["127.0.0.1"] }, never),
					),
				),
			).toBe("URL_REFUSED");
			expect(hits.length - before).toBe(1);
		}
	});

	it("a name that changes its address between two looks", async () => {
		const addresses = ["127.0.0.2", "127.0.0.1"];
		let looks = 0;
		const rebinding: Resolve = async () => [
			{ address: addresses[looks++], family: 4 },
		];
		const given = options({ allowHosts: ["127.0.0.2"] }, rebinding);
		const url = `http://rebind.example.com:${port}/picture`;
		const first = await fetchPicture(url, given);
		// The address that was checked is the address that is used.
		expect((await read(first.bytes)).toString()).toBe("other");
		expect(looks).toBe(1);
		const before = hits.length;
		expect(await codeOf(fetchPicture(url, given))).toBe("URL_REFUSED");
		expect(hits.length).toBe(before);
	});

	it("link-local even for a name that the operator allowed", async () => {
		expect(
			await codeOf(
				fetchPicture(
					"http://shop.intern/",
					options({ allowHosts: ["shop.intern"] }, at("169.254.169.254")),
				),
			),
		).toBe("URL_REFUSED");
	});

	it("an allow-list entry that could never match", async () => {
		for (const entry of ["http://shop.intern", "a b", "10.0.0.0/99", ""])
			expect(
				await codeOf(
					fetchPicture("http://example.com/", options({ allowHosts: [entry] })),
				),
			).toBe("CONFIG_INVALID");
	});
});

describe("fetchPicture reads", () => {
	const open = { allowHosts: ["127.0.0.0/8"] };

	it("an allowed address, and tells type and address", async () => {
		const { bytes, ...about } = await fetchPicture(
			`${home}/picture`,
			options(open),
		);
		expect((await read(bytes)).toString()).toBe("PNG bytes");
		expect(about).toEqual({
			contentType: "image/png",
			finalUrl: `${home}/picture`,
		});
	});

	it("allowed names: exact, below a domain, with a port", async () => {
		const intranet = at("127.0.0.1");
		for (const [entry, host, code] of [
			["shop.intern", "shop.intern", "none"],
			["SHOP.intern.", "shop.intern", "none"],
			["shop.intern", "not-shop.intern", "URL_REFUSED"],
			["shop.intern", "a.shop.intern", "URL_REFUSED"],
			["*.intern", "a.shop.intern", "none"],
			["*.intern", "xintern", "URL_REFUSED"],
			["nas", "nas", "none"],
			[`nas:${port}`, "nas", "none"],
			["nas:1", "nas", "URL_REFUSED"],
		]) {
			const promise = fetchPicture(
				`http://${host}:${port}/picture`,
				options({ allowHosts: [entry] }, intranet),
			);
			expect(await codeOf(promise), `${entry} ${host}`).toBe(code);
			if (code === "none") await read((await promise).bytes);
		}
	});

	it("through redirects, sending nothing of before along", async () => {
		seenHeaders.length = 0;
		const { finalUrl, bytes } = await fetchPicture(
			`${home}/302?to=${encodeURIComponent(`${home}/307?to=/picture`)}`,
			options(open),
		);
		await read(bytes);
		expect(finalUrl).toBe(`${home}/picture`);
		expect(seenHeaders.length).toBe(3);
		for (const headers of seenHeaders)
			expect(Object.keys(headers).sort()).toEqual([
				"accept",
				"accept-encoding",
				"connection",
				"host",
				"user-agent",
			]);
	});

	it("not through more redirects than allowed", async () => {
		const thrice = `/302?to=${encodeURIComponent(`/302?to=${encodeURIComponent("/302?to=/picture")}`)}`;
		expect(
			await codeOf(
				fetchPicture(home + thrice, options({ ...open, maxRedirects: 2 })),
			),
		).toBe("URL_FAILED");
		const { bytes } = await fetchPicture(
			home + thrice,
			options({ ...open, maxRedirects: 3 }),
		);
		expect((await read(bytes)).length).toBe(9);
	});

	it.each(["/missing", "/empty-redirect", "/packed", "/long-headers"])(
		"no answer like %s",
		async (path) => {
			expect(await codeOf(fetchPicture(home + path, options(open)))).toBe(
				"URL_FAILED",
			);
		},
	);

	it("no more bytes than allowed, stated or not", async () => {
		const small = options({ ...open, maxBytes: 100_000 });
		expect(await codeOf(fetchPicture(`${home}/stated`, small))).toBe(
			"FILE_TOO_LARGE",
		);
		const { bytes } = await fetchPicture(`${home}/endless`, small);
		let received = 0;
		const reading = (async () => {
			for await (const chunk of bytes) received += chunk.length;
		})();
		expect(await codeOf(reading)).toBe("FILE_TOO_LARGE");
		expect(received).toBeLessThanOrEqual(100_000);
	});

	it("not from servers that are silent, drip, or cut the line", async () => {
		const hasty = options({ ...open, timeoutSeconds: 0.3 });
		expect(await codeOf(fetchPicture(`${home}/silent`, hasty))).toBe(
			"URL_FAILED",
		);
		const drip = await fetchPicture(`${home}/drip`, hasty);
		expect(await codeOf(read(drip.bytes))).toBe("URL_FAILED");
		const cut = await fetchPicture(`${home}/cut`, options(open));
		expect(await codeOf(read(cut.bytes))).toBe("URL_FAILED");
	});

	it("not from what is no web server, or is not there", async () => {
		const noise = createTcpServer((socket) => {
			socket.on("error", () => {});
			socket.end("SSH-2.0-OpenSSH_9.9\r\n");
		});
		await new Promise<void>((resolve) =>
			noise.listen(0, "127.0.0.1", () => resolve()),
		);
		servers.push(noise);
		const other = (noise.address() as AddressInfo).port;
		expect(
			await codeOf(fetchPicture(`http://127.0.0.1:${other}/`, options(open))),
		).toBe("URL_FAILED");
		expect(
			await codeOf(fetchPicture("http://127.0.0.3:9/", options(open))),
		).toBe("URL_FAILED");
		const gone: Resolve = async () => {
			throw Object.assign(new Error("gone"), { code: "ENOTFOUND" });
		};
		for (const resolve of [gone, at()])
			expect(
				await codeOf(
					fetchPicture("http://gone.example.com/", options({}, resolve)),
				),
			).toBe("URL_FAILED");
	});

	it("until it is cancelled, or nobody reads on", async () => {
		const controller = new AbortController();
		const given = { ...options(open), signal: controller.signal };
		const drip = await fetchPicture(`${home}/drip`, given);
		const reading = codeOf(read(drip.bytes));
		setTimeout(() => controller.abort(), 50);
		expect(await reading).toBe("CANCELLED");
		expect(await codeOf(fetchPicture(`${home}/picture`, given))).toBe(
			"CANCELLED",
		);
		const endless = await fetchPicture(`${home}/endless`, options(open));
		for await (const _ of endless.bytes) break;
		// Never read at all: the time limit ends it, and nothing is thrown into the void.
		await fetchPicture(
			`${home}/drip`,
			options({ ...open, timeoutSeconds: 0.1 }),
		);
		await new Promise((resolve) => setTimeout(resolve, 200));
		const connections = await new Promise<number>((resolve, reject) =>
			(servers[0] as Server).getConnections((error, count) =>
				error ? reject(error) : resolve(count),
			),
		);
		expect(connections).toBe(0);
	});

	it("past the proxies of the environment", async () => {
		process.env.HTTP_PROXY = "http://127.0.0.2:9";
		process.env.http_proxy = "http://127.0.0.2:9";
		try {
			const { bytes } = await fetchPicture(`${home}/picture`, options(open));
			expect((await read(bytes)).length).toBe(9);
		} finally {
			delete process.env.HTTP_PROXY;
			delete process.env.http_proxy;
		}
	});
});
