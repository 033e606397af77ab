import { createContext, ReactNode, useContext } from 'react';

/**
 * Addresses of the plugin's own pages, as far as they are installed. The two
 * frontend systems resolve routes differently, so whoever mounts a component says.
 */
export interface KargoLinks {
  entityPipeline?: string;
  /** The page of all projects. */
  projects?: string;
  project?: (project: string) => string;
  promotion?: (project: string, promotion: string) => string;
  /** By the name of the AnalysisRun. */
  verification?: (project: string, run: string) => string;
}

const Links = createContext<KargoLinks>({});

/** Hands addresses to everything inside. */
export function KargoLinksProvider(props: {
  links: KargoLinks;
  children: ReactNode;
}) {
  return <Links.Provider value={props.links}>{props.children}</Links.Provider>;
}

/** Addresses of the plugin's own pages. */
export function useKargoLinks(): KargoLinks {
  return useContext(Links);
}
