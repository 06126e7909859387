// Modules that ship no types. Only what we call is declared, in the file that calls it.
declare module "draco3dgltf"; // in tests
declare module "draco3dgltf/draco_decoder_gltf_nodejs.js";
declare module "gltf-validator";
