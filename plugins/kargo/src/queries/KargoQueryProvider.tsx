import { ReactNode } from 'react';
import { DialogHost } from '../components/DialogHost';
import { KargoQueries } from './KargoQueries';

/** Gives everything inside the cache of Kargo's resources, and room for its dialogs. */
export function KargoQueryProvider(props: { children: ReactNode }) {
  return (
    <KargoQueries>
      <DialogHost>{props.children}</DialogHost>
    </KargoQueries>
  );
}
