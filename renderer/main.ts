import { mount } from 'svelte';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/forms.css';
import './styles/lists.css';
import App from './app/App.svelte';
import { createServices } from './app/services.ts';
import { createClient } from './client/create-client.ts';
import { browserClock } from './time/clock.ts';

const target = document.getElementById('app');
if (!target) throw new Error('index.html must hold #app');

const services = createServices(createClient(window, browserClock), browserClock, window);
mount(App, { target, props: { services } });
services.start();
