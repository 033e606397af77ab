import { SchedulerServiceTaskScheduleDefinitionConfig } from '@backstage/backend-plugin-api';

export interface Config {
  search?: {
    collators?: {
      /** What the search finds of Kargo. */
      kargo?: {
        /** When everything is read again; every 10 minutes by default. */
        schedule?: SchedulerServiceTaskScheduleDefinitionConfig;
        /** How many of the newest pieces of Freight of each project can be found; 200 by default, 500 at most. */
        newestFreight?: number;
        /** Where the page of Kargo is in the app; `/kargo` by default. */
        pagePath?: string;
      };
    };
  };
}
