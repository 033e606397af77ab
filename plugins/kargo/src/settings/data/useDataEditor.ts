import { Resource } from 'backstage-plugin-kargo-common';
import { useState } from 'react';
import { DataFamily } from './dataFamilies';
import { useDataFamily } from './useDataFamily';

/** Lists a family of objects, and keeps which of them is being edited. */
export function useDataEditor<T extends Resource, New, Change>(
  family: DataFamily<T, New, Change>,
) {
  const { query, create, change, remove } = useDataFamily(family);
  const [edited, setEdited] = useState<T | 'new'>();
  const { isPending, error } = edited === 'new' ? create : change;
  const close = () => {
    setEdited(undefined);
    create.reset();
    change.reset();
  };
  return {
    query,
    remove,
    edit: (item: T | 'new') => setEdited(item),
    /** What the dialog is given; absent while nothing is edited. */
    dialog:
      edited === undefined
        ? undefined
        : {
            ...(edited !== 'new' && { item: edited }),
            isPending,
            error,
            onCreate: (body: New) => create.mutate(body, { onSuccess: close }),
            onChange: (name: string, body: Change) =>
              change.mutate({ name, body }, { onSuccess: close }),
            onClose: close,
          },
  };
}
