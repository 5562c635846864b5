// Before the first paint, which the page's own script comes too late for: a dark page does not begin with a white flash.
// As in preferences.tsx.
const chosen = localStorage.getItem('taskgate.theme');
const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
document.documentElement.dataset.theme = chosen === 'light' || chosen === 'dark' ? chosen : system;
