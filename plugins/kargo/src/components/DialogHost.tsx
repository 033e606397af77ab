import { useApi } from '@backstage/frontend-plugin-api';
import {
  createContext,
  ReactNode,
  useCallback,
  useContext,
  useState,
  useSyncExternalStore,
} from 'react';
import { kargoApiRef } from '../kargoApiRef';
import { OpenDialog, openDialogsOf } from './openDialogs';

const Around = createContext<OpenDialog | undefined>(undefined);

/**
 * Draws the dialogs in which people write, unless somebody above does. They stay open whatever
 * becomes of the part of the page that opened them: a list that is loaded again, a Stage that
 * somebody else deletes, another page.
 */
export function DialogHost(props: { children: ReactNode }) {
  return (
    <>
      {props.children}
      <DrawnDialogs dialogs={useDialogsToDraw()} />
    </>
  );
}

/** The dialogs that are whose who calls to draw, as long as it is there. */
export function useDialogsToDraw(): readonly OpenDialog[] {
  const dialogs = openDialogsOf(useApi(kargoApiRef));
  const [host] = useState(() => ({}));
  const enter = useCallback(
    (onChange: () => void) => dialogs.enter(host, onChange),
    [dialogs, host],
  );
  return useSyncExternalStore(enter, () => dialogs.drawnBy(host));
}

/** Draws open dialogs, each with what stands in it. */
export function DrawnDialogs(props: { dialogs: readonly OpenDialog[] }) {
  const dialogs = openDialogsOf(useApi(kargoApiRef));
  return (
    <>
      {props.dialogs.map(dialog => (
        <Around.Provider key={dialog.id} value={dialog}>
          {dialog.draw(() => dialogs.close(dialog.id))}
        </Around.Provider>
      ))}
    </>
  );
}

/** The open dialog that is around, if one is. */
export function useDialogAround(): OpenDialog | undefined {
  return useContext(Around);
}
