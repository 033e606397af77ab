import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useAccess } from '../queries/usePipeline';
import { kargoTranslationRef } from '../translation';

/** Why the viewer may not manage a project; `undefined` while they may, or it is unknown. */
export function useManageRefusal(project: string): string | undefined {
  const { t } = useTranslationRef(kargoTranslationRef);
  const verdict = useAccess(project)?.project.manage;
  return verdict?.allowed === false
    ? verdict.reason ?? t('manifest.notAllowed')
    : undefined;
}
