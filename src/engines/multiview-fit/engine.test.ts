import { testEngine } from "../engine.contract.ts";
import { multiviewFit } from "./engine.ts";

testEngine(import.meta.dirname, multiviewFit, {
	sphereVolume: [0.95, 1.15],
	// The hull itself is a fifth too large, and these pictures have no shading to tell a face from a bulge.
	cubeVolume: [0.9, 1.25],
});
