import { createFrontendModule } from '@backstage/frontend-plugin-api';
import {
  KargoPromoteSectionBlueprint,
  KargoStepViewBlueprint,
} from 'backstage-plugin-kargo';

const releaseNotes = KargoPromoteSectionBlueprint.make({
  name: 'release-notes',
  params: {
    title: 'Release notes',
    appliesTo: ({ freight }) => (freight.images ?? []).length > 0,
    loader: () => import('./ReleaseNotes').then(module => module.ReleaseNotes),
  },
});

const notesWritten = KargoStepViewBlueprint.make({
  name: 'release-notes',
  params: {
    title: 'Notes that were written',
    uses: 'acme-release-notes',
    loader: () => import('./NotesWritten').then(module => module.NotesWritten),
  },
});

/** Shows release notes where a promotion is decided, and where it wrote them. @public */
export const acmeKargoModule = createFrontendModule({
  pluginId: 'kargo',
  extensions: [releaseNotes, notesWritten],
});
