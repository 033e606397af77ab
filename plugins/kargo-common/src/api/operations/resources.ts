import {
  kargoClusterManagePermission,
  kargoCredentialsManagePermission,
  kargoProjectCreatePermission,
  kargoProjectManagePermission,
  kargoPromotionAbortPermission,
  kargoStagePromotePermission,
  kargoStageVerifyPermission,
} from '../../permissions';
import { ResourceResults } from '../answers';
import { Operation, typeOf } from '../operation';
import { FieldValidation, ManifestDryRun } from '../requests';

/** What manifests may need, by what they name. */
const ASK = {
  scope: 'any',
  permissions: [
    kargoProjectCreatePermission,
    kargoProjectManagePermission,
    kargoStagePromotePermission,
    kargoStageVerifyPermission,
    kargoPromotionAbortPermission,
    kargoCredentialsManagePermission,
    kargoClusterManagePermission,
  ],
} as const;

/** Manifests in bulk. @public */
export const RESOURCE_OPERATIONS = {
  createResources: {
    method: 'post',
    path: '/resources',
    ask: ASK,
    query: typeOf<FieldValidation & ManifestDryRun>(),
    body: 'manifests',
    answer: typeOf<ResourceResults>(),
  },
  updateResources: {
    method: 'put',
    path: '/resources',
    ask: ASK,
    query: typeOf<
      {
        /** Creates what does not exist. */
        upsert?: boolean;
        /** Refuses to replace what was changed since the `resourceVersion` of its manifest. */
        ifUnchanged?: boolean;
      } & FieldValidation &
        ManifestDryRun
    >(),
    body: 'manifests',
    answer: typeOf<ResourceResults>(),
  },
  deleteResources: {
    method: 'delete',
    path: '/resources',
    ask: ASK,
    body: 'manifests',
    answer: typeOf<ResourceResults>(),
  },
} as const satisfies Record<string, Operation>;
