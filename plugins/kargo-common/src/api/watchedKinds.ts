import { Freight } from '../model/Freight';
import { Promotion } from '../model/Promotion';
import { Stage } from '../model/Stage';
import { Warehouse } from '../model/Warehouse';

/** Kinds that can be watched, by how the API calls them. @public */
export interface WatchedKinds {
  stages: Stage;
  warehouses: Warehouse;
  freight: Freight;
  promotions: Promotion;
}
