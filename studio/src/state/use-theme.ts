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
	const theme = useSyncExternalStore(subscribe, currentTheme);
	const isDark = useSyncExternalStore(subscribe, isDarkNow);
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

function subscribe(listener: () => void): () => void {
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
