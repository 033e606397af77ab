import { createApiRef } from '@backstage/frontend-plugin-api';
import { KargoApi } from 'backstage-plugin-kargo-common';

/** How the interface reaches Kargo. @public */
export const kargoApiRef = createApiRef<KargoApi>().with({
  id: 'plugin.kargo.api',
  pluginId: 'kargo',
});
