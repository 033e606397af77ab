/** What decides how an app is put together: a second copy of one of these breaks it. */
export const ONE_PER_APP = [
  '@backstage/core-components',
  '@backstage/core-plugin-api',
  '@backstage/frontend-plugin-api',
  '@backstage/plugin-catalog-react',
  '@backstage/plugin-home-react',
  '@backstage/plugin-search-react',
  'react',
  'react-dom',
  'react-router-dom',
];
