import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDiskBlobs } from "../../src/adapters/disk/blob-storage.ts";
import { openStore } from "../../src/adapters/sqlite/open-store.ts";
import { writeGlb } from "../../src/formats/glb/write-glb.ts";
import { makeApiKey } from "../../src/service/make-api-key.ts";
import {
	plainRequest,
	someHash,
} from "../../src/service/requests.test-support.ts";
import { COW, ROOT, scratchFolder } from "../run-lunar.ts";
import { type ServedLunar, serveLunar, startReceiver } from "../serve-lunar.ts";
import {
	dropFiles,
	findBarriers,
	openBrowser,
	openPage,
} from "./open-studio.ts";

// The studio of a server that asks for keys and has a long history: what the story (studio.test.ts) leaves out.

const OLD_JOBS = 3000;
const SPOT = join(ROOT, "fixtures/eval/spot");
const FRAMES = 4;
const POSED_PIXELS = 192;

const dataPath = scratchFolder();
const home = scratchFolder();
let key: string;
let server: ServedLunar;
let shop: Awaited<ReturnType<typeof startReceiver>>;
let browser: Browser;
let page: Page;
let complaints: string[];

const oldTitle = (n: number): string => `Old job ${String(n).padStart(4, "0")}`;

/** A key, and thousands of finished jobs that are its. */
async function fillStore(): Promise<string> {
	const store = openStore(dataPath);
	const thumb = await sharp(join(COW, "front.png")).resize(64).png().toBuffer();
	const blobs = await openDiskBlobs(join(dataPath, "blobs"));
	const picture = await blobs.put(
		(async function* () {
			yield thumb;
		})(),
	);
	const made = makeApiKey(
		{ name: "studio", scopes: ["read", "submit", "admin"] },
		Date.now(),
	);
	await store.keys.add(made.record);
	const newJob = (n: number) => ({
		id: `job_${String(n).padStart(26, "0")}`,
		request: plainRequest({
			title: oldTitle(n),
			inputs: [{ ...picture, label: "shoe.png" }],
		}),
		workHash: someHash(7),
		owner: made.record.id,
		sizeClass: "small",
	});
	const [{ job: first }] = await store.jobs.add([newJob(1)]);
	const claimed = await store.jobs.claim();
	if (!claimed) throw new Error("nothing to claim");
	await store.jobs.succeed(
		claimed.attempt,
		{
			outcomes: [
				{
					engine: "relief",
					verdict: "pass",
					summary: "",
					triangles: 12,
					durationMs: 1000,
					peakMemoryMB: 100,
					psnrDb: 30,
					ssim: 1,
					silhouetteIou: 1,
				},
			],
		},
		[],
	);
	await store.jobs.add(
		Array.from({ length: OLD_JOBS - 1 }, (_, k) => ({
			...newJob(k + 2),
			reuse: { jobId: first.id },
		})),
	);
	await store.close();
	return made.key;
}

function serve(port = 0): Promise<ServedLunar> {
	return serveLunar(
		dataPath,
		{
			LUNAR_RETENTION_MIN_FREE_BYTES: "1",
			LUNAR_RETENTION_MAX_JOBS: "100000",
			LUNAR_LIMITS_REQUESTS_PER_MINUTE: "10000",
			LUNAR_API_KEYS_REQUIRED: "true",
			LUNAR_FETCH_ALLOW_HOSTS: "127.0.0.1",
			LUNAR_API_KEY: "",
			HOME: home,
			XDG_CACHE_HOME: join(home, "cache"),
			U2NET_HOME: join(home, "u2net"),
			LUNAR_REMBG_URL: shop.url,
		},
		port === 0 ? [] : ["--port", String(port)],
	);
}

/** Until it is so, on a slow machine too. */
const poll = <T>(read: () => T) => expect.poll(read, { timeout: 90_000 });

const rows = (): Locator => page.locator(".job-row");
const loadedStages = (): Locator => page.locator(".stage[data-loaded=true]");

async function fileOf(download: Promise<import("playwright-core").Download>) {
	return await readFile(await (await download).path());
}

beforeAll(async () => {
	key = await fillStore();
	const picture = await sharp(join(COW, "front.png"))
		.resize(160)
		.png()
		.toBuffer();
	shop = await startReceiver(({ path }) =>
		path === "/cow-front.png"
			? { status: 200, body: picture }
			: { status: 404 },
	);
	server = await serve();
	browser = await openBrowser();
	// A small window: every pixel is drawn by the processor.
	({ page, complaints } = await openPage(browser, server.url, {
		viewport: { width: 1060, height: 620 },
	}));
});

afterAll(async () => {
	await browser?.close();
	await server?.stop("SIGKILL");
	shop?.close();
});

describe("a server with keys", () => {
	it("asks for one, says when it is wrong, and goes on with the right one", async () => {
		await page.goto("/#/jobs");
		const dialog = page.getByRole("dialog");
		await dialog.getByText("asks for an API key").waitFor();
		expect(await findBarriers(page)).toEqual([]);
		await dialog.getByLabel("API key").fill("lunar_wrong");
		await dialog.getByRole("button", { name: "Continue" }).click();
		await dialog.getByText("does not know this key").waitFor();
		await dialog.getByLabel("API key").fill(key);
		await dialog.getByRole("button", { name: "Continue" }).click();
		await page.getByText(`${OLD_JOBS} jobs`).waitFor();
		await dialog.waitFor({ state: "detached" });
		// The browser itself notes refused requests.
		complaints.splice(0);
	});
});

describe("a long history", () => {
	it("has few rows in the page, and the right ones wherever it is scrolled to", async () => {
		await rows().first().waitFor();
		expect(await rows().count()).toBeLessThan(60);
		await page
			.getByRole("link", { name: oldTitle(OLD_JOBS), exact: true })
			.waitFor();
		await page.evaluate("window.scrollTo(0, document.body.scrollHeight)");
		await page.getByRole("link", { name: oldTitle(1), exact: true }).waitFor();
		expect(await rows().count()).toBeLessThan(60);
		// A third of the way: the row in the middle of the window is the one that belongs there.
		await page.evaluate("window.scrollTo(0, document.body.scrollHeight / 3)");
		await poll(() =>
			page.evaluate<string>(`(() => {
					const list = document.querySelector(".virtual").getBoundingClientRect();
					const place = Math.floor((innerHeight / 2 - list.top) / (list.height / ${OLD_JOBS}));
					const row = document.elementFromPoint(innerWidth / 2, innerHeight / 2).closest("li");
					const title = row?.querySelector(".job-row-title")?.textContent;
					const index = (row?.ariaPosInSet ?? 0) - 1;
					const isRight = Math.abs(index - place) <= 1 && title === "Old job " + String(${OLD_JOBS} - index).padStart(4, "0");
					return isRight ? "right" : title + " as " + index + " at " + place;
				})()`),
		).toBe("right");
	});

	it("stays where it is when something changes elsewhere", async () => {
		const inSight = await page.evaluate<string>(
			`document.elementFromPoint(innerWidth / 2, innerHeight / 2).closest("li").querySelector(".job-row-title").textContent`,
		);
		const star = page.getByRole("button", { name: `Favourite: ${inSight}` });
		await star.click();
		await star.and(page.locator("[aria-pressed=true]")).waitFor();
		await page.getByRole("link", { name: inSight, exact: true }).waitFor();
		expect(await rows().count()).toBeGreaterThan(10);
	});

	it("compares results that are older than the list goes back", async () => {
		await page.goto(
			`/#/compare?a=job_${String(5).padStart(26, "0")}&b=job_${String(4).padStart(26, "0")}`,
		);
		await poll(() =>
			page.getByLabel("Left: Choose a result").inputValue(),
		).toBe(`job_${String(5).padStart(26, "0")}`);
	});
});

describe("pictures", () => {
	it("come from an address, are seen at once, and say when they cannot be had", async () => {
		await page.goto("/#/");
		const add = async (path: string): Promise<void> => {
			await page.getByRole("button", { name: "From an address" }).click();
			await page.getByLabel("Address of a picture").fill(shop.url + path);
			await page.getByRole("button", { name: "Add", exact: true }).click();
		};
		await add("/cow-front.png");
		const tile = page.getByRole("article", { name: "cow-front.png" });
		await tile.locator("img.object").waitFor();
		await add("/gone.png");
		await page.getByText("The server could not fetch it").waitFor();
		expect(await findBarriers(page)).toEqual([]);
		await page.getByRole("button", { name: "Remove all" }).click();
		complaints.splice(0);
	});

	it("of a folder with transforms.json are a posed capture; two engines work on it", async () => {
		const folder = join(scratchFolder(), "capture");
		mkdirSync(join(folder, "posed"), { recursive: true });
		const all = JSON.parse(
			readFileSync(join(SPOT, "transforms.json"), "utf8"),
		) as { frames: { file_path: string }[] } & Record<
			"w" | "h" | "fl_x" | "fl_y" | "cx" | "cy",
			number
		>;
		const step = Math.floor(all.frames.length / FRAMES);
		const frames = all.frames.filter((_, k) => k % step === 0).slice(0, FRAMES);
		for (const { file_path } of frames)
			await sharp(join(SPOT, file_path))
				.resize(POSED_PIXELS)
				.toFile(join(folder, file_path));
		const scale = POSED_PIXELS / all.w;
		const { w, h, fl_x, fl_y, cx, cy } = all;
		const smaller = Object.fromEntries(
			Object.entries({ w, h, fl_x, fl_y, cx, cy }).map(([name, pixels]) => [
				name,
				pixels * scale,
			]),
		);
		writeFileSync(
			join(folder, "transforms.json"),
			JSON.stringify({ ...all, ...smaller, frames }),
		);
		await dropFolder(folder);
		await page
			.getByText(`${FRAMES} pictures with the cameras of transforms.json`)
			.waitFor();
		expect(await page.getByRole("article").count()).toBe(FRAMES);
		await page.getByRole("radio", { name: "Fast", exact: true }).check();
		await page.getByRole("radio", { name: /^Visual hull/ }).check();
		await page
			.getByLabel("Compare with a second engine")
			.selectOption("multiview-fit");
		await page.getByText("All options").click();
		await page.getByLabel("Resolution", { exact: true }).fill("32");
		await page.getByLabel("Faces", { exact: true }).fill("1000");
		await page.getByLabel("Name", { exact: true }).fill("Capture");
		await page.getByRole("button", { name: "Start", exact: true }).click();
		await page.waitForURL(/#\/jobs\/job_/);
		await page
			.locator(".viewer .stage[data-loaded=true]")
			.waitFor({ timeout: 200_000 });
		expect(await page.locator(".view-card").count()).toBe(FRAMES);
		await page
			.getByRole("radio", { name: "Multi-view fit", exact: true })
			.check();
		await loadedStages().waitFor();
		await page
			.getByRole("link", { name: "Compare", exact: true })
			.last()
			.click();
		await poll(() => loadedStages().count()).toBe(2);
		const chosen = page.locator(".compare select");
		expect(await chosen.first().inputValue()).toMatch(/\.visual-hull$/);
		expect(await chosen.last().inputValue()).toMatch(/\.multiview-fit$/);
		await page.goBack();
		await loadedStages().waitFor();
	});
});

/** A folder from the desktop, as the browser gets it from the system. */
async function dropFolder(folder: string): Promise<void> {
	const session = await page.context().newCDPSession(page);
	const area = await page.locator(".drop").boundingBox();
	if (!area) throw new Error("no drop zone");
	for (const type of ["dragEnter", "dragOver", "drop"] as const)
		await session.send("Input.dispatchDragEvent", {
			type,
			x: area.x + 40,
			y: area.y + 40,
			data: { items: [], files: [folder], dragOperationsMask: 1 },
		});
	await session.detach();
}

describe("the stage", () => {
	const canvas = (): Locator => page.locator(".stage-canvas canvas");

	it("measures between two clicks", async () => {
		await page.getByRole("button", { name: "Measure" }).click();
		await page.getByText("Click two points on the model").waitFor();
		const area = await canvas().boundingBox();
		if (!area) throw new Error("no canvas");
		const x = area.x + area.width / 2;
		const y = area.y + area.height / 2;
		await page.mouse.click(x - 30, y);
		await page.mouse.click(x + 30, y);
		const said = page.locator(".measure-label .chip");
		await said.waitFor();
		expect(Number.parseFloat(await said.innerText())).toBeGreaterThan(0.02);
		await page.getByRole("button", { name: "Measure" }).click();
		await said.waitFor({ state: "detached" });
	});

	it("looks different under other lights and in other modes, and turns by itself", async () => {
		const seen = new Set<string>();
		const look = async (): Promise<void> => {
			await poll(async () => {
				const before = seen.size;
				seen.add((await canvas().screenshot()).toString("base64"));
				return seen.size - before;
			}).toBe(1);
		};
		await look();
		for (const light of ["room", "night"]) {
			await page.getByRole("combobox", { name: "Light" }).selectOption(light);
			await look();
		}
		await page.getByRole("combobox", { name: "Light" }).selectOption("soft");
		for (const mode of ["Clay", "Wires", "UV", "Seen"]) {
			await page.getByRole("radio", { name: mode, exact: true }).check();
			await look();
		}
		await page.getByRole("button", { name: "Turn by itself" }).click();
		await look();
		await look();
		await page.getByRole("button", { name: "Turn by itself" }).click();
	});

	it("draws less while a slow machine moves the camera, and everything at rest", async () => {
		const positions: number[] = [];
		const indices: number[] = [];
		const side = 160; // a bumpy sheet of 51 200 triangles
		for (let j = 0; j <= side; j++)
			for (let i = 0; i <= side; i++) {
				positions.push(i / side - 0.5, j / side - 0.5, Math.sin(i / 9) / 30);
				const a = j * (side + 1) + i;
				if (i < side && j < side)
					indices.push(
						a,
						a + 1,
						a + side + 1,
						a + 1,
						a + side + 2,
						a + side + 1,
					);
			}
		const glb = await writeGlb(
			{
				mesh: {
					positions: Float32Array.from(positions),
					indices: Uint32Array.from(indices),
				},
				roughness: 0.8,
				metallic: 0,
			},
			undefined,
			{},
		);
		const { page: slow } = await openPage(browser, server.url);
		await slow.route("**/model.glb*", (route) =>
			route.fulfill({
				body: Buffer.from(glb),
				contentType: "model/gltf-binary",
			}),
		);
		// Every frame takes 60 ms, whatever the machine.
		await slow.addInitScript(`
			localStorage.setItem("lunar.apiKey", ${JSON.stringify(key)});
			window.drawn = 0;
			const { readPixels, drawElements } = WebGL2RenderingContext.prototype;
			WebGL2RenderingContext.prototype.readPixels = function (...all) {
				const until = performance.now() + 60;
				while (performance.now() < until);
				return readPixels.apply(this, all);
			};
			WebGL2RenderingContext.prototype.drawElements = function (mode, count, ...rest) {
				if (count > 1000) window.drawn = count / 3;
				return drawElements.call(this, mode, count, ...rest);
			};
		`);
		await slow.goto(page.url());
		await slow.locator(".stage[data-loaded=true]").waitFor();
		const drawing = slow.locator(".stage-canvas canvas");
		const facts = async (): Promise<{ width: number; drawn: number }> => ({
			width: Number(await drawing.getAttribute("width")),
			drawn: await slow.evaluate<number>("window.drawn"),
		});
		await poll(async () => (await facts()).drawn).toBe(side * side * 2);
		const full = await facts();
		const area = await drawing.boundingBox();
		if (!area) throw new Error("no canvas");
		let x = area.x + 100;
		await slow.mouse.move(x, area.y + 200);
		await slow.mouse.down();
		await poll(async () => {
			await slow.mouse.move(++x, area.y + 200);
			return drawing.getAttribute("data-quality");
		}).toBe("moving");
		const moving = await facts();
		expect(moving.drawn).toBeLessThan(full.drawn * 0.7);
		expect(moving.width).toBeLessThan(full.width);
		await slow.mouse.up();
		await poll(() => drawing.getAttribute("data-quality")).toBe("full");
		await poll(facts).toEqual(full);
		await slow.context().close();
	});

	it("hands out links and every format, with sizes", async () => {
		await page.getByRole("radio", { name: "Files", exact: true }).check();
		await expect(
			page
				.getByRole("link", { name: /model\.glb/ })
				.first()
				.innerText(),
		).resolves.toMatch(/\d kB/);
		for (const format of ["USDZ", "OBJ", "PLY"]) {
			const download = page.waitForEvent("download");
			await page.getByRole("button", { name: `As ${format}` }).click();
			expect((await fileOf(download)).length).toBeGreaterThan(1000);
		}
		await page.getByRole("button", { name: "Copy" }).last().click();
		const link = await page.getByLabel(/anyone with the link/).inputValue();
		// Without a key: it is signed.
		const answer = await fetch(link);
		expect(answer.status).toBe(200);
		expect(
			Buffer.from(await answer.arrayBuffer()).toString("latin1", 0, 4),
		).toBe("glTF");
	});
});

describe("settings", () => {
	it("are saved under a name, exported and imported", async () => {
		await page.goto("/#/");
		await page.getByText("Your presets").click();
		await page.getByLabel("Name of the preset").fill("Mine");
		await page.getByRole("button", { name: "Save preset" }).click();
		const download = page.waitForEvent("download");
		await page.getByRole("button", { name: "Export" }).click();
		const file = await fileOf(download);
		expect(JSON.parse(file.toString())).toMatchObject({
			presets: [
				{ name: "Mine", engine: "visual-hull", options: { quality: "fast" } },
			],
		});
		await page.getByRole("button", { name: "Delete preset Mine" }).click();
		await page.getByRole("radio", { name: "Best", exact: true }).check();
		await page.locator("input[type=file][accept='.json']").setInputFiles({
			name: "presets.json",
			mimeType: "application/json",
			buffer: file,
		});
		await page.getByRole("button", { name: "Mine", exact: true }).click();
		expect(
			await page.getByRole("radio", { name: "Fast", exact: true }).isChecked(),
		).toBe(true);
		await page.getByRole("button", { name: "Remove all" }).click();
	});
});

describe("a box in the outline editor", () => {
	it("looks for the object inside", async () => {
		await dropFiles(page, [
			{
				name: "cow.png",
				bytes: await sharp(join(COW, "right.png"))
					.resize(160)
					.flatten({ background: "#fff" })
					.png()
					.toBuffer(),
			},
		]);
		await page
			.getByRole("button", { name: "Correct the outline of cow.png" })
			.click();
		const board = page.locator(".mask-canvas");
		await board.and(page.locator("[aria-busy=false]")).waitFor();
		const before = await board.screenshot();
		await page.getByRole("radio", { name: "Box" }).check();
		const area = await board.boundingBox();
		if (!area) throw new Error("no canvas");
		await page.mouse.move(
			area.x + area.width * 0.1,
			area.y + area.height * 0.1,
		);
		await page.mouse.down();
		await page.mouse.move(
			area.x + area.width * 0.5,
			area.y + area.height * 0.95,
			{ steps: 4 },
		);
		await page.mouse.up();
		await poll(
			async () =>
				(await board.getAttribute("aria-busy")) === "false" &&
				!(await board.screenshot()).equals(before),
		).toBe(true);
		await page.getByRole("button", { name: "Use this outline" }).click();
		await page.getByText("Corrected by you").waitFor();
	});
});

describe("the machine page", () => {
	it("says why a download failed", async () => {
		await page.goto("/#/machine");
		await page.getByRole("button", { name: "Download U²-Net, small" }).click();
		await page.getByText(/404/).first().waitFor();
		expect(await findBarriers(page)).toEqual([]);
	});
});

describe("a server that goes away", () => {
	it("is missed, and nothing is lost when it is back", async () => {
		await page.goto("/#/");
		await page.getByRole("article", { name: "cow.png" }).waitFor();
		expect(complaints).toEqual([]);
		const port = Number(new URL(server.url).port);
		await server.stop();
		const banner = page.getByText("The connection to the server is lost");
		await banner.waitFor();
		expect(await findBarriers(page)).toEqual([]);
		await page.getByRole("article", { name: "cow.png" }).waitFor();
		server = await serve(port);
		await banner.waitFor({ state: "detached" });
		await page.getByText("Corrected by you").waitFor();
		await page.getByRole("link", { name: "History" }).click();
		await page.getByText(`${OLD_JOBS + 1} jobs`).waitFor();
		await page.getByRole("link", { name: "Capture", exact: true }).waitFor();
	});
});
