import {
  AuditorService,
  HttpAuthService,
  PermissionsRegistryService,
  PermissionsService,
  UserInfoService,
} from '@backstage/backend-plugin-api';
import { SystemRoleClaims } from 'backstage-plugin-kargo-common';
import { AnyWebhookReceiverType } from 'backstage-plugin-kargo-node';
import { SubscribedURLs } from '../../logic/subscribedURLs';
import { LinkedEntities } from '../../ports/LinkedEntities';
import { AccessOptions } from './PolicyAccess';
import { ApiServices } from './route';

/** What the API needs. */
export interface RouterOptions
  extends Omit<ApiServices, 'sharedNamespace' | 'systemRoleClaims'> {
  userInfo: UserInfoService;
  permissions: PermissionsService;
  permissionsRegistry: PermissionsRegistryService;
  httpAuth: HttpAuthService;
  auditor: AuditorService;
  linkedEntities: LinkedEntities;
  /** Types of webhook receivers, by id. */
  receiverTypes: ReadonlyMap<string, AnyWebhookReceiverType>;
  /** What subscriptions watch, also those of extensions. */
  subscribedURLs: SubscribedURLs;
  /** Ends open streams when the portal stops. */
  shutdownSignal?: AbortSignal;
  /** Namespace of what every project may use, `kargo-shared-resources` by default. */
  sharedNamespace?: string;
  /** Nobody has the roles of the installation by default. */
  systemRoleClaims?: SystemRoleClaims;
}

/** What requests are served with. */
export type RouterContext = RouterOptions & ApiServices & AccessOptions;
