// Runs on any Node: stops early, with the way out, where this Node cannot run TypeScript directly.
const major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
	console.error(
		`Lunar Nova needs Node 24 or newer; this is ${process.version}. Run "npm ci": it brings Node 24 for the project's own scripts.`,
	);
	process.exit(1);
}
