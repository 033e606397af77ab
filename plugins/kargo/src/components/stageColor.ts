import { ANNOTATIONS, Stage } from 'backstage-plugin-kargo-common';

/** Names that `kargo.akuity.io/color` may have, as Kargo's own interface draws them. */
const PALETTE: Readonly<Record<string, string>> = {
  red: '#ED204E',
  salmon: '#FD5352',
  orange: '#FE7537',
  amber: '#e78a00',
  yellow: '#DFC546',
  lime: '#9bce22',
  avocado: '#84DF75',
  green: '#1CAC77',
  teal: '#1bc1a7',
  cyan: '#1DCECA',
  sky: '#0DAFD3',
  blue: '#3882EA',
  indigo: '#2D5EDC',
  periwinkle: '#6380E1',
  violet: '#7851AA',
  purple: '#A9499D',
  fuchsia: '#D0469D',
  pink: '#E573A2',
  rose: '#f1619b',
  dragonfruit: '#FE43A3',
  gray: '#6a7382',
};

/** Any other colour is CSS's; what could be more than a colour is none. */
const CSS_COLOR = /^(#[0-9a-f]{3,8}|[a-z]{3,30}|(rgb|hsl)a?\([\d\s.,%/]+\))$/i;

/** The colour that the manifest of a Stage gives it; absent without one. */
export function stageColor(stage: Pick<Stage, 'metadata'>): string | undefined {
  const named = stage.metadata.annotations?.[ANNOTATIONS.color]?.trim();
  if (!named) {
    return undefined;
  }
  return (
    PALETTE[named.toLocaleLowerCase('en-US')] ??
    (CSS_COLOR.test(named) ? named : undefined)
  );
}
