import { Freight } from '../model/Freight';
import { Project } from '../model/Project';
import { Promotion } from '../model/Promotion';
import { Stage } from '../model/Stage';
import { Warehouse } from '../model/Warehouse';

/** Kinds that can be watched, by how the API calls them. @public */
export interface WatchedKinds {
  /** The project that the request names, alone. */
  projects: Project;
  stages: Stage;
  warehouses: Warehouse;
  freight: Freight;
  promotions: Promotion;
}
