import { createContext, use, useEffect, useMemo, useState, type ReactNode } from 'react';
import { en } from './words/en.js';
import type { Words } from './words/en.js';
import { zh } from './words/zh.js';

export type Language = 'en' | 'zh';
export type Theme = 'light' | 'dark';

interface Preferences {
  readonly language: Language;
  readonly words: Words;
  readonly theme: Theme;
  setLanguage(language: Language): void;
  setTheme(theme: Theme): void;
}

const DICTIONARIES: Readonly<Record<Language, Words>> = { en, zh };
const LANGUAGE_KEY = 'taskgate.language';
const THEME_KEY = 'taskgate.theme';
const PreferencesContext = createContext<Preferences | undefined>(undefined);

export function PreferencesProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [language, setLanguage] = useState(firstLanguage);
  const [chosen, setChosen] = useState(chosenTheme);
  const system = useSystemTheme();
  const theme = chosen ?? system;

  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);

  const preferences = useMemo<Preferences>(
    () => ({
      language,
      words: DICTIONARIES[language],
      theme,
      setLanguage: (next) => {
        localStorage.setItem(LANGUAGE_KEY, next);
        setLanguage(next);
      },
      setTheme: (next) => {
        localStorage.setItem(THEME_KEY, next);
        setChosen(next);
      },
    }),
    [language, theme],
  );
  return <PreferencesContext value={preferences}>{children}</PreferencesContext>;
}

export function usePreferences(): Preferences {
  const preferences = use(PreferencesContext);
  if (!preferences) throw new Error('No preferences around this part of the page');
  return preferences;
}

export function useWords(): Words {
  return usePreferences().words;
}

function firstLanguage(): Language {
  const asked = new URLSearchParams(window.location.search).get('lang') ?? localStorage.getItem(LANGUAGE_KEY);
  return (asked ?? navigator.languages[0] ?? 'en').toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

function chosenTheme(): Theme | undefined {
  const stored = localStorage.getItem(THEME_KEY);
  return stored === 'light' || stored === 'dark' ? stored : undefined;
}

function useSystemTheme(): Theme {
  const [query] = useState(() => window.matchMedia('(prefers-color-scheme: dark)'));
  const [dark, setDark] = useState(query.matches);
  useEffect(() => {
    const changed = (): void => setDark(query.matches);
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
  }, [query]);
  return dark ? 'dark' : 'light';
}
