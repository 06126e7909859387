import { useSyncExternalStore } from "react";

// The page is in the fragment, so that links work wherever the studio is served from, and the server's paths stay its own.

export type Route =
	| { readonly page: "make"; readonly from?: string }
	| { readonly page: "job"; readonly id: string }
	| { readonly page: "history" }
	| { readonly page: "compare"; readonly a?: string; readonly b?: string }
	| { readonly page: "machine" };

export function hrefOf(route: Route): string {
	switch (route.page) {
		case "make":
			return route.from ? `#/?from=${route.from}` : "#/";
		case "job":
			return `#/jobs/${route.id}`;
		case "history":
			return "#/jobs";
		case "compare": {
			const params = new URLSearchParams();
			if (route.a) params.set("a", route.a);
			if (route.b) params.set("b", route.b);
			return params.size > 0 ? `#/compare?${params}` : "#/compare";
		}
		case "machine":
			return "#/machine";
	}
}

export function parseRoute(hash: string): Route {
	const [path, query = ""] = hash.replace(/^#/, "").split("?");
	const params = new URLSearchParams(query);
	const parts = path.split("/").filter((part) => part !== "");
	if (parts[0] === "jobs")
		return parts[1] ? { page: "job", id: parts[1] } : { page: "history" };
	if (parts[0] === "compare") {
		const a = params.get("a");
		const b = params.get("b");
		return { page: "compare", ...(a ? { a } : {}), ...(b ? { b } : {}) };
	}
	if (parts[0] === "machine") return { page: "machine" };
	const from = params.get("from");
	return { page: "make", ...(from ? { from } : {}) };
}

export function goTo(route: Route): void {
	location.hash = hrefOf(route);
}

export function useRoute(): Route {
	const hash = useSyncExternalStore(subscribe, () => location.hash);
	return parseRoute(hash);
}

function subscribe(listener: () => void): () => void {
	window.addEventListener("hashchange", listener);
	return () => window.removeEventListener("hashchange", listener);
}
