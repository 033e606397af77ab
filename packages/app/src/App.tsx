import { createApp } from '@backstage/frontend-defaults';
import { homePlugin } from './modules/home';
import { navigationModule } from './modules/navigation';
import { signInModule } from './modules/signIn';

/** The demo portal; every other feature is discovered from the dependencies. */
export const app = createApp({
  features: [homePlugin, navigationModule, signInModule],
}).createRoot();
