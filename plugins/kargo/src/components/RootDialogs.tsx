import { lazy, Suspense } from 'react';
import { DrawnDialogs, useDialogsToDraw } from './DialogHost';

/** What dialogs ask Kargo with, which no portal has to load before one is open. */
const KargoQueries = lazy(() =>
  import('../queries/KargoQueries').then(module => ({
    default: module.KargoQueries,
  })),
);

/** The open dialogs, beside the pages of the portal, so that they outlive all of them. */
export function RootDialogs() {
  const dialogs = useDialogsToDraw();
  return dialogs.length === 0 ? null : (
    <Suspense fallback={null}>
      <KargoQueries>
        <DrawnDialogs dialogs={dialogs} />
      </KargoQueries>
    </Suspense>
  );
}
