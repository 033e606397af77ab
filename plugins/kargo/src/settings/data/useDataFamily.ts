import { useAnalytics } from '@backstage/frontend-plugin-api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useKeptMutation } from '../../components/useKeptMutation';
import { DataFamily } from './dataFamilies';

/** Lists a family of objects, and deletes of it; what changed is listed again. */
export function useDataFamily<T, New, Change>(
  family: DataFamily<T, New, Change>,
) {
  const settled = useSettled(family);
  return {
    query: useQuery({
      queryKey: family.key,
      queryFn: ({ signal }) => family.list({ signal }),
    }),
    remove: useMutation({
      mutationFn: (name: string) => family.remove(name),
      ...settled('delete'),
    }),
  };
}

/** Writes objects of a family; what changed is listed again. */
export function useDataChanges<T, New, Change>(
  family: DataFamily<T, New, Change>,
) {
  const settled = useSettled(family);
  return {
    create: useKeptMutation('create', {
      mutationFn: (body: New) => family.create(body),
      ...settled('create'),
    }),
    change: useKeptMutation('change', {
      mutationFn: ({ name, body }: { name: string; body: Change }) =>
        family.change(name, body),
      ...settled('update'),
    }),
  };
}

function useSettled({ key }: Pick<DataFamily<never, never, never>, 'key'>) {
  const analytics = useAnalytics();
  const client = useQueryClient();
  return (action: string) => ({
    onSuccess: () => {
      analytics.captureEvent(action, 'data');
      return client.invalidateQueries({ queryKey: key });
    },
  });
}
