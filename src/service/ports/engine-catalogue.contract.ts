import { describe, expect, test } from "vitest";
import type { EngineCatalogue } from "./engine-catalogue.ts";

/** What every catalogue of engines must do. */
export function engineCatalogueContract(
	name: string,
	open: () => EngineCatalogue,
): void {
	describe(name, () => {
		test("knows each engine once, and takes what each says it takes", async () => {
			const catalogue = open();
			const infos = await catalogue.infos();
			expect(new Set(infos.map(({ id }) => id)).size).toBe(infos.length);
			for (const { id, views, status, reason, optionsSchema } of infos) {
				await catalogue.check(id, views[0], {});
				await catalogue.check(id, views[1], {});
				expect(optionsSchema).toMatchObject({ type: "object" });
				if (status !== "available") expect(reason).toBeTruthy();
			}
		});

		test("chooses one that can run, for any number of pictures it takes", async () => {
			const catalogue = open();
			const infos = await catalogue.infos();
			for (const count of [1, 2, 6, 24]) {
				const id = await catalogue.choose(count);
				const chosen = infos.find((info) => info.id === id);
				expect(chosen).toMatchObject({ status: "available" });
				await catalogue.check(id, count, {});
			}
			await expect(catalogue.choose(100_000)).rejects.toMatchObject({
				kind: "invalid-input",
			});
		});

		test("refuses unknown engines, options and numbers of pictures", async () => {
			const catalogue = open();
			const [{ id, views }] = await catalogue.infos();
			await expect(catalogue.check("nobody", 1, {})).rejects.toMatchObject({
				code: "ENGINE_UNKNOWN",
			});
			await expect(catalogue.check(id, 100_000, {})).rejects.toMatchObject({
				code: "ENGINE_CANNOT_RUN",
			});
			await expect(
				catalogue.check(id, views[0], { nonsense: 1 }),
			).rejects.toMatchObject({ code: "OPTION_INVALID" });
		});
	});
}
