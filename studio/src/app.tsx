import { lazy, type ReactElement, Suspense, useEffect, useRef } from "react";
import { MakePage } from "./make/make-page.tsx";
import { type Route, useRoute } from "./router.ts";
import { KeyDialog } from "./shell/key-dialog.tsx";
import { Navigation } from "./shell/navigation.tsx";
import { OfflineBanner } from "./shell/offline-banner.tsx";
import { strings } from "./strings.ts";
import { Toasts } from "./ui/toasts.tsx";

const JobPage = lazy(async () => ({
	default: (await import("./watch/job-page.tsx")).JobPage,
}));
const HistoryPage = lazy(async () => ({
	default: (await import("./history/history-page.tsx")).HistoryPage,
}));
const ComparePage = lazy(async () => ({
	default: (await import("./compare/compare-page.tsx")).ComparePage,
}));
const MachinePage = lazy(async () => ({
	default: (await import("./machine/machine-page.tsx")).MachinePage,
}));

export function App(): ReactElement {
	const route = useRoute();
	const main = useRef<HTMLElement>(null);
	const isFirst = useRef(true);
	const page = route.page === "job" ? `job ${route.id}` : route.page;

	// A new page: its title, and the focus at its start, as a new document would have it.
	useEffect(() => {
		document.title = `${titleOf(route)} – ${strings.common.appName}`;
		if (isFirst.current) {
			isFirst.current = false;
			return;
		}
		if (page) main.current?.focus({ preventScroll: true });
		window.scrollTo(0, 0);
	}, [page, route]);

	return (
		<>
			<button
				type="button"
				className="skip"
				onClick={() => main.current?.focus()}
			>
				{strings.common.skip}
			</button>
			<div className="shell">
				<Navigation page={route.page} />
				<main className="page" id="main" tabIndex={-1} ref={main}>
					<OfflineBanner />
					<Suspense
						fallback={
							<div className="skeleton" style={{ height: 320 }} aria-busy />
						}
					>
						<Page route={route} />
					</Suspense>
				</main>
			</div>
			<KeyDialog />
			<Toasts />
		</>
	);
}

function Page({ route }: { readonly route: Route }): ReactElement {
	switch (route.page) {
		case "make":
			return <MakePage from={route.from} />;
		case "job":
			return <JobPage id={route.id} key={route.id} />;
		case "history":
			return <HistoryPage />;
		case "compare":
			return <ComparePage a={route.a} b={route.b} />;
		case "machine":
			return <MachinePage />;
	}
}

function titleOf(route: Route): string {
	if (route.page === "job") return strings.nav.history;
	return strings.nav[route.page];
}
