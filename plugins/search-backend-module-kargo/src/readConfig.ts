import {
  readSchedulerServiceTaskScheduleDefinitionFromConfig,
  RootConfigService,
  SchedulerServiceTaskScheduleDefinition,
} from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';

const KEY = 'search.collators.kargo';

/** More is no longer new, and one answer of Kargo holds no more. */
const MOST_FREIGHT = 500;

const DEFAULT_SCHEDULE: SchedulerServiceTaskScheduleDefinition = {
  frequency: { minutes: 10 },
  timeout: { minutes: 15 },
  initialDelay: { seconds: 3 },
};

/** What is configured under `search.collators.kargo`. */
export interface CollatorConfig {
  schedule: SchedulerServiceTaskScheduleDefinition;
  /** How many pieces of Freight of each project. */
  newestFreight: number;
  /** Without a slash at its end. */
  pagePath: string;
}

/** @throws InputError that names the key. */
export function readConfig(root: RootConfigService): CollatorConfig {
  const config = root.getOptionalConfig(KEY);
  const newestFreight = config?.getOptionalNumber('newestFreight') ?? 200;
  const pagePath = config?.getOptionalString('pagePath') ?? '/kargo';
  if (
    !Number.isInteger(newestFreight) ||
    newestFreight < 1 ||
    newestFreight > MOST_FREIGHT
  ) {
    throw new InputError(
      `${KEY}.newestFreight: expected a whole number from 1 to ${MOST_FREIGHT}, found ${newestFreight}`,
    );
  }
  if (!pagePath.startsWith('/')) {
    throw new InputError(
      `${KEY}.pagePath: expected a path such as /kargo, found '${pagePath}'`,
    );
  }
  return {
    schedule: readSchedule(config),
    newestFreight,
    pagePath: pagePath.replace(/\/$/, ''),
  };
}

function readSchedule(
  config: RootConfigService | undefined,
): SchedulerServiceTaskScheduleDefinition {
  const schedule = config?.getOptionalConfig('schedule');
  if (!schedule) {
    return DEFAULT_SCHEDULE;
  }
  try {
    return readSchedulerServiceTaskScheduleDefinitionFromConfig(schedule);
  } catch (error) {
    throw new InputError(`${KEY}.schedule: ${error}`);
  }
}
