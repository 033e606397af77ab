import { Header, Page } from '@backstage/core-components';
import { KargoRouter } from '../project/KargoRouter';
import { LegacyLinks } from './LegacyLinks';

/** The pages of the plugin with the header that the old frontend system does not draw. */
export function LegacyKargoPage() {
  return (
    <Page themeId="tool">
      <Header title="Kargo" />
      <div
        style={{ gridArea: 'pageContent', overflow: 'auto', paddingTop: 16 }}
      >
        <LegacyLinks>
          <KargoRouter component="div" />
        </LegacyLinks>
      </div>
    </Page>
  );
}
