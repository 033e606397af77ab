import {
  Sidebar,
  SidebarDivider,
  SidebarItem,
  SidebarScrollWrapper,
  SidebarSpace,
} from '@backstage/core-components';
import { createFrontendModule } from '@backstage/frontend-plugin-api';
import { NavContentBlueprint } from '@backstage/plugin-app-react';

const sidebar = NavContentBlueprint.make({
  params: {
    component: ({ navItems }) => {
      const items = navItems.withComponent(({ icon, href, title }) => (
        <SidebarItem icon={() => icon ?? null} to={href} text={title} />
      ));
      const settings = items.take('page:user-settings');
      return (
        <Sidebar>
          {items.take('page:home')}
          {items.take('page:search')}
          {items.take('page:catalog')}
          {items.take('page:kargo')}
          <SidebarDivider />
          <SidebarScrollWrapper>
            {items.rest({ sortBy: 'title' })}
          </SidebarScrollWrapper>
          <SidebarSpace />
          <SidebarDivider />
          {settings}
        </Sidebar>
      );
    },
  },
});

/** Home, search, catalog and Kargo on top of the sidebar, settings at its foot. */
export const navigationModule = createFrontendModule({
  pluginId: 'app',
  extensions: [sidebar],
});
