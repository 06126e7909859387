// Modules that ship no types. Only what we call is declared, in the file that calls it.
declare module "draco3dgltf";
declare module "gltf-validator";
// Independent readers in tests.
declare module "three/addons/*";
