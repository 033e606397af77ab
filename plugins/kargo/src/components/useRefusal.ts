import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { AccessVerdict } from 'backstage-plugin-kargo-common';
import { kargoTranslationRef } from '../translation';

/** Why the viewer may not change something; `undefined` while they may, or it is unknown. */
export function useRefusal(
  verdict: AccessVerdict | undefined,
): string | undefined {
  const { t } = useTranslationRef(kargoTranslationRef);
  return verdict?.allowed === false
    ? verdict.reason ?? t('manifest.notAllowed')
    : undefined;
}
