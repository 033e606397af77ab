import type {
  Application,
  ApplicationOperation,
} from 'backstage-plugin-kargo-node';
import { PROMOTION_INFO } from './decideSync';

/** Who asks where no person did. */
const AUTOMATION = 'kargo-controller';

/**
 * A sync to whatever the sources say, in the name of a Promotion, by the Application's own
 * policy.
 *
 * @param actor - who created the Promotion; empty for automation
 */
export function syncOperation(
  { spec }: Pick<Application, 'spec'>,
  promotion: { name: string; actor?: string },
): ApplicationOperation {
  const { syncOptions, retry } = spec.syncPolicy ?? {};
  const { name, actor } = promotion;
  return {
    sync: { ...(syncOptions?.length && { syncOptions }) },
    info: [
      {
        name: 'Reason',
        value: 'Promotion triggered a sync of this Application resource',
      },
      { name: PROMOTION_INFO, value: name },
    ],
    initiatedBy: actor
      ? { username: actor, automated: false }
      : { username: AUTOMATION, automated: true },
    ...(retry && { retry }),
  };
}
