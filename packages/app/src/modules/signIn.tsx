import { createFrontendModule } from '@backstage/frontend-plugin-api';
import { SignInPageBlueprint } from '@backstage/plugin-app-react';

const signInPage = SignInPageBlueprint.make({
  params: {
    loader: () =>
      import('../signIn/DemoSignInPage').then(module => module.DemoSignInPage),
  },
});

/** Sign-in by choosing one of the people of the demo. */
export const signInModule = createFrontendModule({
  pluginId: 'app',
  extensions: [signInPage],
});
