import { useAnalytics } from '@backstage/frontend-plugin-api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { DataFamily } from './dataFamilies';

/** Lists a family of objects, and changes it; what changed is listed again. */
export function useDataFamily<T, New, Change>(
  family: DataFamily<T, New, Change>,
) {
  const analytics = useAnalytics();
  const client = useQueryClient();
  const query = useQuery({
    queryKey: family.key,
    queryFn: ({ signal }) => family.list({ signal }),
  });
  const settled = (action: string) => ({
    onSuccess: () => {
      analytics.captureEvent(action, 'data');
      return client.invalidateQueries({ queryKey: family.key });
    },
  });
  return {
    query,
    create: useMutation({
      mutationFn: (body: New) => family.create(body),
      ...settled('create'),
    }),
    change: useMutation({
      mutationFn: ({ name, body }: { name: string; body: Change }) =>
        family.change(name, body),
      ...settled('update'),
    }),
    remove: useMutation({
      mutationFn: (name: string) => family.remove(name),
      ...settled('delete'),
    }),
  };
}
