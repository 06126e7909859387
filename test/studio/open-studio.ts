import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import {
	type Browser,
	type BrowserContextOptions,
	chromium,
	type Page,
} from "playwright-core";

/** Debian's Chromium, drawing without a graphics card. */
const ARGS = [
	"--headless",
	"--no-sandbox",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
	"--use-angle=swiftshader",
	"--enable-unsafe-swiftshader",
];
const PATH = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";

export function openBrowser(): Promise<Browser> {
	return chromium.launch({ executablePath: PATH, args: ARGS });
}

/** A page that remembers what its console complained about. */
export async function openPage(
	browser: Browser,
	url: string,
	options: BrowserContextOptions = {},
): Promise<{ readonly page: Page; readonly complaints: string[] }> {
	const context = await browser.newContext({
		viewport: { width: 1280, height: 860 },
		baseURL: url,
		reducedMotion: "reduce",
		...options,
	});
	context.setDefaultTimeout(90_000);
	const page = await context.newPage();
	const complaints: string[] = [];
	page.on("console", (message) => {
		if (message.type() === "error" || message.type() === "warning")
			complaints.push(`${message.text()} ${message.location().url}`);
	});
	page.on("pageerror", (error) => complaints.push(String(error)));
	return { page, complaints };
}

const AXE = readFileSync(
	createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
	"utf8",
);

/** What axe finds serious or critical, as "rule: element". */
export async function findBarriers(page: Page): Promise<string[]> {
	await page.evaluate(AXE);
	return await page.evaluate(`axe.run(document, {
		runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
	}).then(({ violations }) => violations
		.filter(({ impact }) => impact === "serious" || impact === "critical")
		.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
			id + ": " + target.join(" ") + " " + failureSummary)))`);
}

/** Drops files on the page, as from a desktop. */
export async function dropFiles(
	page: Page,
	files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
): Promise<void> {
	const packed = files.map(({ name, bytes }) => ({
		name,
		base64: Buffer.from(bytes).toString("base64"),
	}));
	await page.evaluate(`(() => {
		const data = new DataTransfer();
		for (const { name, base64 } of ${JSON.stringify(packed)})
			data.items.add(new File(
				[Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))],
				name, { type: "image/png" }));
		window.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
	})()`);
}

/** Presses Tab until the element of this role and name has the focus. */
export async function tabTo(page: Page, name: RegExp): Promise<void> {
	for (let k = 0; k < 120; k++) {
		await page.keyboard.press("Tab");
		const focused = await page.evaluate<string>(
			`(document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "").trim()`,
		);
		if (name.test(focused)) return;
	}
	throw new Error(`Tab never reached ${name}`);
}
