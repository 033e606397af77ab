import { createApp } from '@backstage/frontend-defaults';
import { navigationModule } from './modules/navigation';
import { signInModule } from './modules/signIn';

/** The demo portal; every other feature is discovered from the dependencies. */
export const app = createApp({
  features: [navigationModule, signInModule],
}).createRoot();
