import {
  amber,
  blue,
  brown,
  cyan,
  deepOrange,
  deepPurple,
  green,
  indigo,
  pink,
  teal,
} from '@material-ui/core/colors';
import { Theme } from '@material-ui/core/styles';

const HUES = [
  indigo,
  teal,
  deepOrange,
  deepPurple,
  green,
  pink,
  cyan,
  brown,
  blue,
  amber,
];

/** The colour that stands for an origin, by its position among all origins. */
export function originColor(theme: Theme, index: number): string {
  const hue = HUES[Math.max(0, index) % HUES.length];
  return theme.palette.type === 'dark' ? hue[300] : hue[600];
}
