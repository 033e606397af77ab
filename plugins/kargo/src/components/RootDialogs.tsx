import { useApi } from '@backstage/frontend-plugin-api';
import { useEffect, useRef } from 'react';
import { useLocation, useNavigationType } from 'react-router-dom';
import { kargoApiRef } from '../kargoApiRef';
import { DrawnDialogs, useDialogsToDraw } from './DialogHost';
import { openDialogsOf } from './openDialogs';

/**
 * The open dialogs, beside the pages of the portal, so that they outlive all of them. Portals load
 * this at once, and so nothing of what dialogs are made of: that comes with who opens them.
 */
export function RootDialogs() {
  const dialogs = useDialogsToDraw();
  useForgetUnwritten();
  return <DrawnDialogs dialogs={dialogs} />;
}

/** Closes the dialogs in which nothing is written when somebody leaves the page under them. */
function useForgetUnwritten(): void {
  const dialogs = openDialogsOf(useApi(kargoApiRef));
  const location = useLocation();
  const isBack = useNavigationType() === 'POP';
  const seen = useRef(location);
  useEffect(() => {
    const before = seen.current;
    seen.current = location;
    // Pages also write into their own address; that leaves nothing.
    if (
      before.pathname !== location.pathname ||
      (before.key !== location.key && isBack)
    ) {
      dialogs.forgetUnwritten();
    }
  }, [dialogs, location, isBack]);
}
