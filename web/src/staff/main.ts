import { mount } from 'svelte';
import App from './App.svelte';
import './staff.css';

const place = document.getElementById('staff');
if (place) mount(App, { target: place });
