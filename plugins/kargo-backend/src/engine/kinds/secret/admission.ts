import { Draft, Secret } from 'backstage-plugin-kargo-common';
import { KindAdmission } from '../KindModule';
import { copyAdmission, withoutCopyMarks } from '../shared/replication';

/** Secrets are kept as Kubernetes keeps them. */
export const secretAdmission: KindAdmission<Secret> = {
  ...copyAdmission,
  isShareable: true,
  complete: draft => encodeData(withoutCopyMarks(draft)),
};

/** `stringData` is written text; `data` is base64. */
function encodeData(draft: Draft<Secret>): Draft<Secret> {
  const { stringData, ...rest } = draft as Draft<Secret> & {
    stringData?: Record<string, string>;
  };
  const encoded = Object.entries(stringData ?? {}).map(([key, value]) => [
    key,
    Buffer.from(value, 'utf8').toString('base64'),
  ]);
  return { ...rest, data: { ...rest.data, ...Object.fromEntries(encoded) } };
}
