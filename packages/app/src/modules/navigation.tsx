import {
  Sidebar,
  SidebarDivider,
  SidebarItem,
  SidebarScrollWrapper,
  SidebarSpace,
} from '@backstage/core-components';
import { createFrontendModule } from '@backstage/frontend-plugin-api';
import { NavContentBlueprint } from '@backstage/plugin-app-react';
import { NotificationsSidebarItem } from '@backstage/plugin-notifications';

const sidebar = NavContentBlueprint.make({
  params: {
    component: ({ navItems }) => {
      const items = navItems.withComponent(({ icon, href, title }) => (
        <SidebarItem icon={() => icon ?? null} to={href} text={title} />
      ));
      const settings = items.take('page:user-settings');
      // In its place comes the bell, which tells how many are unread. It covers no page and changes no title.
      const hasInbox = items.take('page:notifications') !== null;
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
          {hasInbox && (
            <NotificationsSidebarItem
              snackbarEnabled={false}
              titleCounterEnabled={false}
            />
          )}
          {settings}
        </Sidebar>
      );
    },
  },
});

/** Home, search, catalog and Kargo on top of the sidebar, the inbox and settings at its foot. */
export const navigationModule = createFrontendModule({
  pluginId: 'app',
  extensions: [sidebar],
});
