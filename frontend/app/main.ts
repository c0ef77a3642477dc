/** Every page with the shell loads this: htmx for round trips, Alpine for what never leaves the page. */
import '../styles/app.css';

import Alpine from '@alpinejs/csp';
import 'htmx.org';

import './elements';

Alpine.start();
