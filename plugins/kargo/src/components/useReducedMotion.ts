import useMediaQuery from '@material-ui/core/useMediaQuery';

/** Whether the viewer asked for less motion: nothing slides or sways for them. */
export function useReducedMotion(): boolean {
  return useMediaQuery('(prefers-reduced-motion: reduce)');
}
