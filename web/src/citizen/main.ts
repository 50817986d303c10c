// What scripts add to the citizen's pages. Every page is complete without them.
import './citizen.css';
import { CprWarning } from './cpr';
import { LiveSearch } from './search';
import { Helped } from './helped';

customElements.define('straks-search', LiveSearch);
customElements.define('straks-helped', Helped);
customElements.define('straks-cpr', CprWarning);
