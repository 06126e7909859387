import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { validateBytes } from "gltf-validator";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readModel } from "../../src/formats/read-model.ts";
import { COW, scratchFolder } from "../run-lunar.ts";
import { type ServedLunar, serveLunar } from "../serve-lunar.ts";
import {
	dropFiles,
	findBarriers,
	openBrowser,
	openPage,
	tabTo,
} from "./open-studio.ts";

// The studio in a browser, on a real server with real jobs: one story, in order.

const SIDES = ["front", "right", "back", "left"] as const;
/** Small enough that a job takes a few seconds of work. */
const PIXELS = 192;

let server: ServedLunar;
let browser: Browser;
let page: Page;
let complaints: string[];
let storyUrl = "";
let loneUrl = "";

const jobIdOf = (url: string): string => url.split("/").at(-1) ?? "";

async function smallPicture(name: string): Promise<Uint8Array> {
	return await sharp(join(COW, `${name}.png`))
		.resize(PIXELS)
		.png()
		.toBuffer();
}

async function getJson<T>(path: string): Promise<T> {
	return (await (await fetch(`${server.url}${path}`)).json()) as T;
}

/** Little work: the result is not what is tested here. */
async function chooseLittleWork(engine: RegExp): Promise<void> {
	await page.getByRole("radio", { name: "Fast", exact: true }).check();
	await page.getByRole("radio", { name: engine }).check();
	await setResolution("48");
	await page.getByLabel("Faces", { exact: true }).fill("1500");
}

async function setResolution(cells: string): Promise<void> {
	const field = page.getByLabel("Resolution", { exact: true });
	if (!(await field.isVisible())) await page.getByText("All options").click();
	await field.fill(cells);
}

async function start(): Promise<void> {
	await page.getByRole("button", { name: "Start", exact: true }).click();
	await page.waitForURL(/#\/jobs\/job_/);
}

async function waitForModel(): Promise<void> {
	await page.locator(".viewer .stage[data-loaded=true]").waitFor();
}

/** Share of the canvas that the model covers: its picture is transparent around it. */
async function coveredShare(): Promise<number> {
	const download = page.waitForEvent("download");
	await page.getByRole("button", { name: "Save a picture" }).click();
	const picture = await sharp(await readFile(await (await download).path()))
		.ensureAlpha()
		.extractChannel(3)
		.raw()
		.toBuffer();
	let covered = 0;
	for (const alpha of picture) if (alpha > 200) covered++;
	return covered / picture.length;
}

beforeAll(async () => {
	server = await serveLunar(scratchFolder(), {
		LUNAR_RETENTION_MIN_FREE_BYTES: "1",
		LUNAR_LIMITS_REQUESTS_PER_MINUTE: "10000", // more hands than one person has
		LUNAR_API_KEY: "",
	});
	browser = await openBrowser();
	({ page, complaints } = await openPage(browser, server.url));
	await page.goto("/");
});

afterAll(async () => {
	await browser?.close();
	await server?.stop("SIGKILL");
});

describe("the story", () => {
	it("pictures that are dropped find their sides, and can change them", async () => {
		await dropFiles(
			page,
			await Promise.all(
				SIDES.map(async (side) => ({
					name: `cow-${side}.png`,
					bytes: await smallPicture(side),
				})),
			),
		);
		for (const side of SIDES)
			await page
				.locator(`[data-side=${side}]`)
				.getByText(`cow-${side}.png`)
				.waitFor();
		await page.getByLabel("Side of cow-left.png").selectOption("top");
		await page.locator("[data-side=top]").getByText("cow-left.png").waitFor();
		await page
			.getByRole("article", { name: "cow-left.png" })
			.dragTo(page.locator("[data-side=left]"));
		await page.locator("[data-side=left]").getByText("cow-left.png").waitFor();
		await expect
			.poll(() => page.locator(".chip.good", { hasText: "%" }).count(), {
				timeout: 90_000,
			})
			.toBe(4);
		expect(await findBarriers(page)).toEqual([]);
	});

	it("a job runs, survives a reload, and shows its model", async () => {
		await chooseLittleWork(/^Visual hull/);
		await page.getByLabel("Name", { exact: true }).fill("Cow");
		await start();
		storyUrl = page.url();
		await page.reload();
		await waitForModel();
		const share = await coveredShare();
		expect(share).toBeGreaterThan(0.05);
		expect(share).toBeLessThan(0.8);
	});

	it("the report compares with the pictures, from their own cameras", async () => {
		expect(await page.locator(".view-card").count()).toBe(4);
		await page.getByRole("button", { name: /^cow-right\.png/ }).click();
		await page.getByLabel("Picture over model").fill("100");
		await page.getByAltText("cow-right.png").waitFor();
		await page.getByRole("radio", { name: "Seen", exact: true }).check();
		await page.getByText("Invented", { exact: true }).first().waitFor();
		await page.locator(".place").first().click();
		// Flying there leaves the picture's place.
		await page.getByLabel("Picture over model").waitFor({ state: "detached" });
		expect(await findBarriers(page)).toEqual([]);
	});

	it("the file that is downloaded is valid", async () => {
		await page.getByRole("radio", { name: "Files", exact: true }).check();
		const download = page.waitForEvent("download");
		await page.getByRole("link", { name: "Download model.glb" }).click();
		const glb = await readFile(await (await download).path());
		const { issues } = await validateBytes(new Uint8Array(glb));
		expect(issues.numErrors).toBe(0);
		// A format that the job was not asked for.
		const made = page.waitForEvent("download");
		await page.getByRole("button", { name: /^As STL/ }).click();
		const stl = await readModel(
			new Uint8Array(await readFile(await (await made).path())),
		);
		expect(stl.parts[0].mesh.indices.length / 3).toBe(
			(await readModel(new Uint8Array(glb))).parts[0].mesh.indices.length / 3,
		);
	});

	it("the history has it, finds it and keeps its star", async () => {
		await page.getByRole("link", { name: "History" }).click();
		await page.getByRole("link", { name: "Cow", exact: true }).waitFor();
		await page.getByRole("button", { name: "Favourite: Cow" }).click();
		await page.getByRole("button", { name: "Favourites" }).click();
		await page.getByRole("link", { name: "Cow", exact: true }).waitFor();
		await page.reload();
		await page.getByRole("searchbox").fill("no such thing");
		await page.getByText("Nothing matches").waitFor();
		expect(await findBarriers(page)).toEqual([]);
		await page.getByRole("button", { name: "Clear filters" }).click();
		await page.getByRole("link", { name: "Cow", exact: true }).waitFor();
	});
});

describe("outlines", () => {
	it("one picture is enough", async () => {
		await page.goto("/#/");
		await dropFiles(page, [
			{ name: "lone.png", bytes: await smallPicture("front") },
		]);
		await page.getByText("From one picture, the back").waitFor();
		await chooseLittleWork(/^Relief/);
		await start();
		loneUrl = page.url();
		await waitForModel();
	});

	it("a corrected one changes the result", async () => {
		await page.getByRole("link", { name: "Change and try again" }).click();
		await page.getByText("are loaded").waitFor();
		await page
			.getByRole("button", { name: "Correct the outline of lone.png" })
			.click();
		const canvas = page.locator(".mask-canvas[aria-busy=false]");
		const area = await canvas.boundingBox();
		if (!area) throw new Error("no canvas");
		await page.getByRole("radio", { name: "Erase" }).check();
		await page.getByLabel("Brush size").fill("30");
		const y = area.y + area.height * 0.85;
		await page.mouse.move(area.x + area.width * 0.2, y);
		await page.mouse.down();
		await page.mouse.move(area.x + area.width * 0.8, y, { steps: 6 });
		await page.mouse.up();
		expect(await findBarriers(page)).toEqual([]);
		await page.getByRole("button", { name: "Use this outline" }).click();
		await page.getByText("Corrected by you").waitFor();
		await start();
		await waitForModel();
		const heights = await Promise.all(
			[loneUrl, page.url()].map(async (url) => {
				const { mesh } = await getJson<{
					mesh: { bounds: { min: number[]; max: number[] } };
				}>(`/v1/jobs/${jobIdOf(url)}/files/report.json`);
				const { min, max } = mesh.bounds;
				return (max[1] - min[1]) / (max[0] - min[0]);
			}),
		);
		// The feet are gone.
		expect(heights[1]).toBeLessThan(heights[0] * 0.9);
	});

	it("two results stand side by side, and turn together", async () => {
		await page.getByRole("link", { name: "Compare" }).last().click();
		await expect
			.poll(() => page.locator(".compare .stage[data-loaded=true]").count(), {
				timeout: 90_000,
			})
			.toBe(2);
		await page.getByRole("row", { name: /Outline \(IoU\)/ }).waitFor();
		const right = page.locator(".compare section").last().locator("canvas");
		const before = await right.screenshot();
		await page.locator(".compare .stage-canvas").first().focus();
		await page.keyboard.press("2");
		await expect
			.poll(async () => (await right.screenshot()).equals(before), {
				timeout: 30_000,
			})
			.toBe(false);
		expect(await findBarriers(page)).toEqual([]);
	});
});

describe("when things go otherwise", () => {
	it("cancels in two steps", async () => {
		await page.goto("/#/");
		await page.getByRole("radio", { name: "Best", exact: true }).check();
		await setResolution("512");
		await start();
		await page.getByRole("button", { name: "Cancel the job" }).click();
		await page.getByText("Really cancel?").waitFor();
		await page.getByRole("button", { name: "Yes, stop it" }).click();
		await page.getByText("This job was cancelled").waitFor();
	});

	it("warns before the start, and says what to do after a failure", async () => {
		const white = await sharp({
			create: { width: 96, height: 96, channels: 3, background: "#fff" },
		})
			.png()
			.toBuffer();
		const before = complaints.length;
		await page.goto("/#/");
		await page.getByRole("button", { name: "Remove all" }).click();
		await dropFiles(page, [{ name: "white.png", bytes: white }]);
		await page.getByText("No object found in white.png").waitFor();
		expect(
			await page
				.getByRole("button", { name: "Start", exact: true })
				.isDisabled(),
		).toBe(true);
		// The browser itself notes the refused request.
		complaints.splice(before);
		const form = new FormData();
		form.append("image", new Blob([white]), "white.png");
		const answer = await fetch(`${server.url}/v1/jobs`, {
			method: "POST",
			body: form,
		});
		const { id } = (await answer.json()) as { id: string };
		await page.goto(`/#/jobs/${id}`);
		const alert = page.getByRole("alert");
		await alert.getByText("This job failed").waitFor();
		await alert.getByText("NO_FOREGROUND").waitFor();
		await alert.getByText(/plain background/).waitFor();
		expect(await findBarriers(page)).toEqual([]);
	});

	it("deletes with a way back", async () => {
		await page.goto("/#/jobs");
		await page.getByRole("button", { name: "Delete white" }).click();
		await page.getByRole("button", { name: "Undo" }).click();
		await page.getByRole("link", { name: "white", exact: true }).waitFor();
		await page.getByRole("button", { name: "Delete white" }).click();
		await expect
			.poll(
				async () =>
					(await getJson<{ jobs: unknown[] }>("/v1/jobs?search=white")).jobs
						.length,
				{
					timeout: 30_000,
				},
			)
			.toBe(0);
	});

	it("says that the server is away, and comes back by itself", async () => {
		const { page: other } = await openPage(browser, server.url);
		await other.route("**/v1/events", (route) => route.abort());
		await other.goto("/");
		await other.getByText("The connection to the server is lost").waitFor();
		await other.unroute("**/v1/events");
		await other
			.getByText("The connection to the server is lost")
			.waitFor({ state: "detached" });
		await other.context().close();
	});

	it("shows the machine", async () => {
		await page.getByRole("link", { name: "Machine" }).click();
		await page.getByRole("progressbar", { name: "Memory" }).waitFor();
		await page.getByText("TripoSR").first().waitFor();
		expect(await findBarriers(page)).toEqual([]);
	});
});

describe("for everybody", () => {
	it.each(["#/", "#/jobs", "#/machine", "story"])(
		"dark, on a phone: %s has no barriers and does not scroll sideways",
		async (path) => {
			const { page: phone, complaints: own } = await openPage(
				browser,
				server.url,
				{
					viewport: { width: 390, height: 780 },
					colorScheme: "dark",
					hasTouch: true,
					isMobile: true,
				},
			);
			await phone.goto(path === "story" ? storyUrl : `/${path}`);
			await phone.getByRole("heading", { level: 1 }).waitFor();
			if (path === "story") await phone.locator(".view-card").first().waitFor();
			else await phone.waitForLoadState("load");
			expect(
				await phone.evaluate(
					"document.documentElement.scrollWidth - document.documentElement.clientWidth",
				),
			).toBe(0);
			expect(
				await phone.evaluate(
					"getComputedStyle(document.documentElement).backgroundColor",
				),
			).toBe("rgb(16, 17, 22)");
			expect(await findBarriers(phone)).toEqual([]);
			expect(own).toEqual([]);
			await phone.context().close();
		},
	);

	it("works by keyboard alone", async () => {
		const { page: keys } = await openPage(browser, server.url);
		await keys.goto("/");
		await tabTo(keys, /^Try it with a sample$/);
		await keys.keyboard.press("Enter");
		await keys.locator("[data-side=back]").getByText("spot-back.png").waitFor();
		await keys
			.getByRole("button", { name: "Start", exact: true })
			.and(keys.locator(":enabled"))
			.waitFor();
		await tabTo(keys, /^Start$/);
		await keys.keyboard.press("Enter");
		await keys.waitForURL(/#\/jobs\/job_/);
		await tabTo(keys, /^Cancel the job$/);
		await keys.keyboard.press("Enter");
		await keys.getByRole("button", { name: "Go on" }).waitFor();
		// The safe answer has the focus; the other is before it.
		await keys.keyboard.press("Shift+Tab");
		await keys.keyboard.press("Enter");
		await keys.getByText("This job was cancelled").waitFor();
		await keys.context().close();
	});

	it("is light to load", async () => {
		const { page: first } = await openPage(browser, server.url);
		const parts: Promise<string>[] = [];
		first.on("response", (response) => {
			if (/\.(js|css)$/.test(response.url()))
				parts.push(response.text().catch(() => ""));
		});
		await first.goto("/");
		await first.getByText("Drop pictures here").waitFor();
		const scripts = (await Promise.all(parts)).join("");
		expect(scripts).not.toContain("WebGLRenderer");
		expect(scripts.length).toBeGreaterThan(100_000);
		expect(scripts.length).toBeLessThan(500_000);
		await first.context().close();
	});

	it("no page complained", () => {
		expect(complaints).toEqual([]);
	});
});
