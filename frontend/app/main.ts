/** Every page loads this: htmx for round trips, and our few elements for what never leaves the page. */
import '../styles/app.css';

import './elements';
import { searchWithSlash } from '../elements/keys';
import { tameForms } from './forms';
import { tameHtmx } from './htmx';
import { openAndClose } from './overlays';
import { showCurrentTab } from './tabs';

tameHtmx();
openAndClose();
tameForms();
searchWithSlash();
showCurrentTab();
