import { request } from "../api/http.ts";
import type { Report } from "../api/types.ts";
import { type Resource, useResource } from "../state/use-resource.ts";

/** report.json of one result. */
export function useReport(url: string | undefined): Resource<Report> {
	return useResource(`report ${url}`, async (signal) => {
		if (!url) return await new Promise<Report>(() => {});
		return (await (await request(url, { signal })).json()) as Report;
	});
}
