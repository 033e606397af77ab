import { Theme } from '@material-ui/core/styles';

/**
 * The look of a control whose whole card takes the click: its text is cut where it does not
 * fit, and the card around it, which has to be positioned, is outlined when it has the focus.
 */
export function cardControl({ palette }: Theme) {
  return {
    padding: 0,
    border: 0,
    background: 'none',
    font: 'inherit',
    fontWeight: 600,
    textAlign: 'left',
    cursor: 'pointer',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    '&::after': { content: '""', position: 'absolute', inset: 0 },
    '&:focus-visible': { outline: 'none' },
    '&:focus-visible::after': {
      outline: `2px solid ${palette.primary.main}`,
      outlineOffset: -2,
      borderRadius: 8,
    },
  } as const;
}
