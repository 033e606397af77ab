import { ActionsRegistryService } from '@backstage/backend-plugin-api/alpha';
import { OwnApi } from './OwnApi';

/** What actions are made with. */
export interface ActionOptions {
  actionsRegistry: ActionsRegistryService;
  api: OwnApi;
  /** Address of Kargo's pages in the portal, for links that people open. */
  uiBaseUrl?: string;
}
