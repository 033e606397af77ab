import { useApi } from '@backstage/frontend-plugin-api';
import { lazy, Suspense, useEffect, useRef } from 'react';
import { useLocation, useNavigationType } from 'react-router-dom';
import { kargoApiRef } from '../kargoApiRef';
import { DrawnDialogs, useDialogsToDraw } from './DialogHost';
import { openDialogsOf } from './openDialogs';

/** What dialogs ask Kargo with, which no portal has to load before one is open. */
const KargoQueries = lazy(() =>
  import('../queries/KargoQueries').then(module => ({
    default: module.KargoQueries,
  })),
);

/** The open dialogs, beside the pages of the portal, so that they outlive all of them. */
export function RootDialogs() {
  const dialogs = useDialogsToDraw();
  useForgetUnwritten();
  return dialogs.length === 0 ? null : (
    <Suspense fallback={null}>
      <KargoQueries>
        <DrawnDialogs dialogs={dialogs} />
      </KargoQueries>
    </Suspense>
  );
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
