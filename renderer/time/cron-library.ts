import cronstrue from 'cronstrue';
import 'cronstrue/locales/de.min.js';

export { cronstrue };
