/** Every page loads this: htmx for round trips, Alpine for what never leaves the page, our few elements. */
import '../styles/app.css';

import Alpine from '@alpinejs/csp';

import './elements';
import { tameForms } from './forms';
import { tameHtmx } from './htmx';
import { openAndClose } from './overlays';

tameHtmx();
openAndClose();
tameForms();
Alpine.start();
