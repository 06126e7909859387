import { useCallback, useSyncExternalStore } from "react";

export type Theme = "system" | "light" | "dark";

const ITEM = "lunar.theme";
const listeners = new Set<() => void>();
const darkSystem = window.matchMedia("(prefers-color-scheme: dark)");
darkSystem.addEventListener("change", () => {
	for (const listener of listeners) listener();
});

/** The theme chosen, and whether it comes out dark. */
export function useTheme(): {
	readonly theme: Theme;
	readonly isDark: boolean;
	readonly setTheme: (theme: Theme) => void;
} {
	const theme = useSyncExternalStore(onThemeChange, currentTheme);
	const isDark = useSyncExternalStore(onThemeChange, isDarkNow);
	const setTheme = useCallback((next: Theme) => {
		if (next === "system") {
			localStorage.removeItem(ITEM);
			delete document.documentElement.dataset.theme;
		} else {
			localStorage.setItem(ITEM, next);
			document.documentElement.dataset.theme = next;
		}
		for (const listener of listeners) listener();
	}, []);
	return { theme, isDark, setTheme };
}

/** Calls the listener after each change, until the answer is called. */
export function onThemeChange(listener: () => void): () => void {
	listeners.add(listener);
	return () => listeners.delete(listener);
}

function currentTheme(): Theme {
	const set = document.documentElement.dataset.theme;
	return set === "light" || set === "dark" ? set : "system";
}

function isDarkNow(): boolean {
	const theme = currentTheme();
	return theme === "system" ? darkSystem.matches : theme === "dark";
}
