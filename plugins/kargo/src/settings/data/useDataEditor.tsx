import { Resource } from 'backstage-plugin-kargo-common';
import { ComponentType } from 'react';
import { useOpenDialog } from '../../components/useOpenDialog';
import { DataFamily } from './dataFamilies';
import { useDataChanges, useDataFamily } from './useDataFamily';

/** What a dialog gets that writes one object of a family. */
export interface DataDialogProps<T, New, Change> {
  /** What is changed; absent of a new one. */
  item?: T;
  isPending: boolean;
  error: Error | null;
  onCreate: (body: New) => void;
  onChange: (name: string, body: Change) => void;
  onClose: () => void;
}

/** Lists a family of objects, and opens the dialog in which one is written. */
export function useDataEditor<T extends Resource, New, Change>(
  family: DataFamily<T, New, Change>,
  Dialog: ComponentType<DataDialogProps<T, New, Change>>,
) {
  const { query, remove } = useDataFamily(family);
  const open = useOpenDialog();
  return {
    query,
    remove,
    edit: (item: T | 'new') =>
      open(close => (
        <DataEditing
          family={family}
          dialog={Dialog}
          {...(item !== 'new' && { item })}
          onClose={close}
        />
      )),
  };
}

function DataEditing<T, New, Change>(props: {
  family: DataFamily<T, New, Change>;
  dialog: ComponentType<DataDialogProps<T, New, Change>>;
  item?: T;
  onClose: () => void;
}) {
  const { family, dialog: Dialog, item, onClose } = props;
  const { create, change } = useDataChanges(family);
  const { isPending, error } = item === undefined ? create : change;
  return (
    <Dialog
      {...(item !== undefined && { item })}
      isPending={isPending}
      error={error}
      onCreate={body => create.mutate(body, { onSuccess: onClose })}
      onChange={(name, body) =>
        change.mutate({ name, body }, { onSuccess: onClose })
      }
      onClose={onClose}
    />
  );
}
