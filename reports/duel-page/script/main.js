import { watchTheme } from '../../page/palette.js';

watchTheme(() => {});
