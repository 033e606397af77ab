import { useQuery } from '@tanstack/react-query';
import { ComponentProps } from 'react';
import { ErrorView, SkeletonRows } from '../components/StateViews';
import type { YamlEditor } from './YamlEditor';

/**
 * The editor, whose code comes when somebody writes first. `lazy` of React would take the page
 * away where that cannot be loaded, and never load it again.
 */
export function LazyYamlEditor(props: ComponentProps<typeof YamlEditor>) {
  const { data, error, refetch } = useQuery({
    queryKey: ['code', 'YamlEditor'],
    queryFn: () => import('./YamlEditor'),
    staleTime: Infinity,
  });
  if (data) {
    return <data.YamlEditor {...props} />;
  }
  return error ? (
    <ErrorView error={error} onRetry={refetch} />
  ) : (
    <SkeletonRows rows={8} />
  );
}
