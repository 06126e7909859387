import { testEngine } from "../engine.contract.ts";
import { multiviewFit } from "./engine.ts";

testEngine(import.meta.dirname, multiviewFit, {
	sphereVolume: [0.95, 1.15],
	cubeVolume: [0.9, 1.2],
});
