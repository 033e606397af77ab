import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { isKargoRequestError } from 'backstage-plugin-kargo-common';
import { ReactNode } from 'react';
import { EmptyView, ErrorView, SkeletonRows } from '../components/StateViews';
import { kargoTranslationRef } from '../translation';

/** What a tab loads. */
export interface SettingsQuery<T> {
  data: T | undefined;
  error: Error | null;
  refetch: () => unknown;
}

/** The content of a tab once it is loaded; until then, or if not, what keeps it. */
export function SettingsBody<T>(props: {
  query: SettingsQuery<T>;
  children: (data: T) => ReactNode;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { data, error, refetch } = props.query;
  if (data !== undefined) {
    return <>{props.children(data)}</>;
  }
  if (error && isKargoRequestError(error, 403)) {
    return <EmptyView title={t('settings.deniedTitle')} text={error.message} />;
  }
  return error ? (
    <ErrorView error={error} onRetry={() => refetch()} />
  ) : (
    <SkeletonRows rows={4} />
  );
}
