import { useApi } from '@backstage/frontend-plugin-api';
import { useCallback } from 'react';
import { kargoApiRef } from '../kargoApiRef';
import { KargoQueries } from '../queries/KargoQueries';
import { DrawDialog, openDialogsOf } from './openDialogs';

/**
 * Opens dialogs that outlive who opened them. What a dialog is drawn from is of the moment at
 * which it was opened; what it has to follow, it asks for itself, wherever it is drawn.
 */
export function useOpenDialog(): (draw: DrawDialog) => void {
  const dialogs = openDialogsOf(useApi(kargoApiRef));
  return useCallback(
    draw => dialogs.open(close => <KargoQueries>{draw(close)}</KargoQueries>),
    [dialogs],
  );
}
