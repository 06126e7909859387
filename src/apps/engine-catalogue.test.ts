import { engineCatalogueContract } from "../service/ports/engine-catalogue.contract.ts";
import { createEngineCatalogue } from "./engine-catalogue.ts";

engineCatalogueContract("the engines of this program", createEngineCatalogue);
