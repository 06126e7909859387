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
