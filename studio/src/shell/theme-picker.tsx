import type { ReactElement } from "react";
import { type Theme, useTheme } from "../state/use-theme.ts";
import { strings } from "../strings.ts";
import { Icon } from "../ui/icon.tsx";
import { Segmented } from "../ui/segmented.tsx";

const CHOICES: readonly {
	readonly value: Theme;
	readonly icon: "screen" | "sun" | "moon";
	readonly title: string;
}[] = [
	{ value: "system", icon: "screen", title: strings.nav.themeSystem },
	{ value: "light", icon: "sun", title: strings.nav.themeLight },
	{ value: "dark", icon: "moon", title: strings.nav.themeDark },
];

/** The same on a phone, where there is room for one button: the next theme. */
export function ThemeButton(): ReactElement {
	const { theme, setTheme } = useTheme();
	const place = CHOICES.findIndex(({ value }) => value === theme);
	const { icon, title } = CHOICES[place];
	const next = CHOICES[(place + 1) % CHOICES.length];
	return (
		<button
			type="button"
			aria-label={strings.nav.themeNext(title, next.title)}
			onClick={() => setTheme(next.value)}
		>
			<Icon name={icon} />
			{strings.nav.theme}
		</button>
	);
}

export function ThemePicker(): ReactElement {
	const { theme, setTheme } = useTheme();
	return (
		<Segmented
			label={strings.nav.theme}
			value={theme}
			onChange={setTheme}
			choices={CHOICES.map(({ value, icon, title }) => ({
				value,
				title,
				text: (
					<>
						<Icon name={icon} size={16} />
						<span className="visually-hidden">{title}</span>
					</>
				),
			}))}
		/>
	);
}
