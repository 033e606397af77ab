import {
  createContext,
  Fragment,
  ReactElement,
  ReactNode,
  useCallback,
  useContext,
  useRef,
  useState,
} from 'react';

/** Draws a dialog that is open, which closes itself by what it is handed. */
export type DrawDialog = (close: () => void) => ReactElement;

type OpenDialog = (draw: DrawDialog) => void;

const Host = createContext<OpenDialog | undefined>(undefined);

/**
 * Holds the dialogs in which people write. They stay open whatever becomes of the part of
 * the page that opened them: a list that is loaded again, a Stage that somebody else deletes.
 */
export function DialogHost(props: { children: ReactNode }) {
  const [dialogs, setDialogs] = useState<
    ReadonlyArray<{ id: number; draw: DrawDialog }>
  >([]);
  const lastId = useRef(0);
  const open = useCallback<OpenDialog>(draw => {
    lastId.current += 1;
    const id = lastId.current;
    setDialogs(before => [...before, { id, draw }]);
  }, []);
  const close = (closed: number) =>
    setDialogs(before => before.filter(({ id }) => id !== closed));
  return (
    <Host.Provider value={open}>
      {props.children}
      {dialogs.map(({ id, draw }) => (
        <Fragment key={id}>{draw(() => close(id))}</Fragment>
      ))}
    </Host.Provider>
  );
}

/**
 * Opens dialogs that outlive who opened them. What a dialog is drawn from is of the moment at
 * which it was opened; what it has to follow, it asks for itself.
 */
export function useOpenDialog(): OpenDialog {
  const open = useContext(Host);
  if (!open) {
    throw new Error('There is no DialogHost around');
  }
  return open;
}
