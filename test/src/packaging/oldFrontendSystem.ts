/** Where a browser that asked for it once finds the app of the old frontend system. */
export const OLD_SYSTEM_PATH = '/?system=old';

/** What an app of the old frontend system has besides what one of the new system needs. */
export const OLD_SYSTEM_PACKAGES: Readonly<Record<string, string>> = {
  '@backstage/app-defaults': '^1.7.12',
  '@backstage/core-app-api': '^1.20.5',
};

/** One bundle for both: which of the two starts is the browser's choice. */
export const ENTRY = `
import '@backstage/ui/css/styles.css';
import ReactDOM from 'react-dom/client';

const chosen = new URLSearchParams(window.location.search).get('system');
if (chosen) sessionStorage.setItem('system', chosen);

const root = ReactDOM.createRoot(document.getElementById('root')!);
if (sessionStorage.getItem('system') === 'old') {
  import('./oldFrontendSystem').then(({ app }) => root.render(app));
} else {
  import('./App').then(({ app }) => root.render(app));
}
`;

/** As the guide says, in the file that `create-app` wrote until there was a new system. */
export const OLD_FRONTEND_SYSTEM = `
import { createApp } from '@backstage/app-defaults';
import { AppRouter, FlatRoutes } from '@backstage/core-app-api';
import {
  AlertDisplay,
  Content,
  Header,
  OAuthRequestDialog,
  Page,
} from '@backstage/core-components';
import {
  CatalogEntityPage,
  CatalogIndexPage,
  EntityLayout,
  EntitySwitch,
  isKind,
} from '@backstage/plugin-catalog';
import Grid from '@material-ui/core/Grid';
import {
  EntityKargoContent,
  EntityKargoDeliveriesCard,
  EntityKargoSystemContent,
  isKargoAvailable,
  KargoPage,
  KargoSearchResultListItem,
  KargoWaitingForYouCard,
} from 'backstage-plugin-kargo/legacy';
import { Route } from 'react-router-dom';
import { DemoSignInPage } from './signIn/DemoSignInPage';

/** Is not opened, but its types are checked. */
export const results = [<KargoSearchResultListItem />];

const home = (
  <Page themeId="home">
    <Header title="Home" />
    <Content>
      <Grid container>
        <Grid item xs={12} md={6}>
          <KargoWaitingForYouCard />
        </Grid>
      </Grid>
    </Content>
  </Page>
);

const component = (
  <EntityLayout>
    <EntityLayout.Route path="/" title="Overview">
      <EntitySwitch>
        <EntitySwitch.Case if={isKargoAvailable}>
          <Grid container>
            <Grid item md={6}>
              <EntityKargoDeliveriesCard />
            </Grid>
          </Grid>
        </EntitySwitch.Case>
      </EntitySwitch>
    </EntityLayout.Route>
    <EntityLayout.Route if={isKargoAvailable} path="/kargo" title="Pipeline">
      <EntityKargoContent />
    </EntityLayout.Route>
  </EntityLayout>
);

const system = (
  <EntityLayout>
    <EntityLayout.Route path="/" title="Overview">
      <Content>Nothing of ours</Content>
    </EntityLayout.Route>
    <EntityLayout.Route path="/kargo-system" title="Deliveries">
      <EntityKargoSystemContent />
    </EntityLayout.Route>
  </EntityLayout>
);

const application = createApp({ components: { SignInPage: DemoSignInPage } });

const App = application.createRoot(
  <>
    <AlertDisplay />
    <OAuthRequestDialog />
    <AppRouter>
      <FlatRoutes>
        <Route path="/" element={home} />
        <Route path="/catalog" element={<CatalogIndexPage />} />
        <Route
          path="/catalog/:namespace/:kind/:name"
          element={<CatalogEntityPage />}
        >
          <EntitySwitch>
            <EntitySwitch.Case if={isKind('component')} children={component} />
            <EntitySwitch.Case if={isKind('system')} children={system} />
          </EntitySwitch>
        </Route>
        <Route path="/kargo" element={<KargoPage />} />
      </FlatRoutes>
    </AppRouter>
  </>,
);

export const app = <App />;
`;

/** What the catalog knows of the pipeline of `acme`. */
export const ACME_ENTITIES = `
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: acme-system}
spec: {owner: release-managers}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: web
  annotations: {kargo.akuity.io/project: acme}
spec:
  type: website
  lifecycle: production
  owner: release-managers
  system: acme-system
`;
