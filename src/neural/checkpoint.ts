// Weight files as networks see them. Engines take them from here: they do not import formats.
export type {
	Checkpoint,
	TensorData,
	TensorDtype,
	TensorEntry,
} from "../formats/checkpoint/checkpoint.ts";
export {
	openCheckpoint,
	readFloats,
	readTensor,
} from "../formats/checkpoint/open-checkpoint.ts";
export {
	type TensorToWrite,
	writeSafetensors,
} from "../formats/checkpoint/write-safetensors.ts";
