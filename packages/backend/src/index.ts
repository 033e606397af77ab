import { createBackend } from '@backstage/backend-defaults';
import { demoAuthModule } from './demoAuth';
import { demoPolicyModule } from './demoPolicy';

const backend = createBackend();

backend.add(import('@backstage/plugin-app-backend'));
backend.add(import('@backstage/plugin-auth-backend'));
backend.add(demoAuthModule);
backend.add(import('@backstage/plugin-catalog-backend'));
backend.add(import('backstage-plugin-kargo-backend'));
backend.add(import('backstage-plugin-kargo-backend-module-notifications'));
backend.add(import('@backstage/plugin-mcp-actions-backend'));
backend.add(import('@backstage/plugin-notifications-backend'));
backend.add(import('@backstage/plugin-permission-backend'));
backend.add(demoPolicyModule);
backend.add(import('@backstage/plugin-search-backend'));
backend.add(import('@backstage/plugin-search-backend-module-catalog'));
backend.add(import('backstage-plugin-search-backend-module-kargo'));
backend.add(import('@backstage/plugin-signals-backend'));

// Without this the process would log the reason and stay, answering nothing.
backend.start().catch(error => {
  process.stderr.write(`The portal cannot start: ${error}\n`);
  process.exit(1);
});
