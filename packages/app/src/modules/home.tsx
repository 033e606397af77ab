import {
  createExtensionInput,
  createFrontendPlugin,
  createRouteRef,
  PageBlueprint,
} from '@backstage/frontend-plugin-api';
import { homePageWidgetDataRef } from '@backstage/plugin-home-react/alpha';
import HomeIcon from '@material-ui/icons/Home';

// Without one, the page would have no entry in the sidebar.
const rootRouteRef = createRouteRef();

const homePage = PageBlueprint.makeWithOverrides({
  // The input that widgets of any plugin attach themselves to, as to that of
  // Backstage's own home plugin.
  inputs: { widgets: createExtensionInput([homePageWidgetDataRef]) },
  factory: (originalFactory, { inputs }) =>
    originalFactory({
      path: '/',
      routeRef: rootRouteRef,
      title: 'Home',
      icon: <HomeIcon fontSize="inherit" />,
      noHeader: true,
      loader: async () => {
        const { HomePage } = await import('../home/HomePage');
        const widgets = inputs.widgets.map(widget => ({
          id: widget.node.spec.id,
          element: widget.get(homePageWidgetDataRef).component,
        }));
        return <HomePage widgets={widgets} />;
      },
    }),
});

/** The page that signing in leads to: what waits for whoever signed in. */
export const homePlugin = createFrontendPlugin({
  pluginId: 'home',
  title: 'Home',
  routes: { root: rootRouteRef },
  extensions: [homePage],
});
