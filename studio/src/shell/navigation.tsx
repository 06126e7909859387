import type { ReactElement } from "react";
import { hrefOf, type Route } from "../router.ts";
import { strings } from "../strings.ts";
import { Icon, type IconName } from "../ui/icon.tsx";
import { ThemeButton, ThemePicker } from "./theme-picker.tsx";
import { useWorkingCount } from "./use-working-count.ts";

const LINKS: readonly {
	readonly page: "make" | "history" | "compare" | "machine";
	readonly icon: IconName;
}[] = [
	{ page: "make", icon: "plus" },
	{ page: "history", icon: "clock" },
	{ page: "compare", icon: "columns" },
	{ page: "machine", icon: "chip" },
];

export function Navigation({
	page,
}: {
	readonly page: Route["page"];
}): ReactElement {
	const working = useWorkingCount();
	const current = page === "job" ? "history" : page;
	return (
		<header className="nav">
			<a className="brand" href={hrefOf({ page: "make" })}>
				<img src="/favicon.svg" alt="" />
				{strings.common.appName}
			</a>
			<nav aria-label={strings.nav.label}>
				<ul className="nav-links">
					{LINKS.map((link) => (
						<li key={link.page}>
							<a
								href={hrefOf({ page: link.page })}
								aria-current={link.page === current ? "page" : undefined}
							>
								<Icon name={link.icon} />
								{strings.nav[link.page]}
								{link.page === "history" && working > 0 && (
									<span className="count" title={strings.nav.working(working)}>
										<span aria-hidden="true">{working}</span>
										<span className="visually-hidden">
											{strings.nav.working(working)}
										</span>
									</span>
								)}
							</a>
						</li>
					))}
					<li className="nav-theme">
						<ThemeButton />
					</li>
				</ul>
			</nav>
			<div className="nav-foot">
				<ThemePicker />
			</div>
		</header>
	);
}
