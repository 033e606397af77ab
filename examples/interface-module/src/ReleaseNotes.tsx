import { Link } from '@backstage/core-components';
import type { KargoPromoteSectionProps } from 'backstage-plugin-kargo';

/** Where Acme keeps the notes of its releases. */
const NOTES = 'https://notes.acme.example/releases';

/** Leads from the promote dialog to the notes of every image that would run. */
export function ReleaseNotes({ freight }: KargoPromoteSectionProps) {
  const images = freight.images ?? [];
  return (
    <ul>
      {images.map(({ repoURL, tag = '' }) => (
        <li key={repoURL}>
          <Link to={`${NOTES}/${encodeURIComponent(tag)}`}>Notes of {tag}</Link>
        </li>
      ))}
    </ul>
  );
}
