import { Header, Page } from '@backstage/core-components';
import { KargoRouter } from './KargoRouter';

/** The pages of the plugin with the header that the old frontend system does not draw. */
export function LegacyKargoPage() {
  return (
    <Page themeId="tool">
      <Header title="Kargo" />
      <div
        style={{ gridArea: 'pageContent', overflow: 'auto', paddingTop: 16 }}
      >
        <KargoRouter component="div" />
      </div>
    </Page>
  );
}
