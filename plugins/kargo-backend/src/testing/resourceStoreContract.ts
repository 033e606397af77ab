import { describeBatches } from './storeContract/batches';
import { CreateStore } from './storeContract/StoreFixture';
import { describeConcurrency } from './storeContract/concurrency';
import { describeDeletion } from './storeContract/deletion';
import { describeLists } from './storeContract/lists';
import { describeWatches } from './storeContract/watches';
import { describeWrites } from './storeContract/writes';

/** Checks that an adapter keeps the promises of the {@link ResourceStore} port. */
export function resourceStoreContract(create: CreateStore): void {
  describeWrites(create);
  describeBatches(create);
  describeDeletion(create);
  describeLists(create);
  describeWatches(create);
  describeConcurrency(create);
}
