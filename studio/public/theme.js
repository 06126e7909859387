// Before the first paint: the theme that was chosen last, so that nothing flashes.
try {
	const theme = localStorage.getItem("lunar.theme");
	if (theme === "light" || theme === "dark")
		document.documentElement.dataset.theme = theme;
} catch {
	// No storage: the system's choice.
}
