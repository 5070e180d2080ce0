export { RunPage as BuildPage } from '../run/run-page.js';
