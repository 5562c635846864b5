import { createContext, use, useEffect, useLayoutEffect, useMemo, useState, type ReactNode } from 'react';
import { setTimeZone as writeTimesIn, type TimeZone } from './format-time.js';
import { en } from './words/en.js';
import type { Words } from './words/en.js';
import { zh } from './words/zh.js';

export type Language = 'en' | 'zh';
export type Theme = 'light' | 'dark';
export type ThemeChoice = Theme | 'system';

interface Preferences {
  readonly language: Language;
  readonly words: Words;
  /** As it is shown. */
  readonly theme: Theme;
  readonly themeChoice: ThemeChoice;
  readonly timeZone: TimeZone;
  /** Whether single letters are shortcuts. */
  readonly shortcuts: boolean;
  setLanguage(language: Language): void;
  setTheme(theme: ThemeChoice): void;
  setTimeZone(zone: TimeZone): void;
  setShortcuts(on: boolean): void;
}

const DICTIONARIES: Readonly<Record<Language, Words>> = { en, zh };
const LANGUAGE_KEY = 'taskgate.language';
const THEME_KEY = 'taskgate.theme';
const ZONE_KEY = 'taskgate.timeZone';
const SHORTCUTS_KEY = 'taskgate.shortcuts';
const PreferencesContext = createContext<Preferences | undefined>(undefined);

writeTimesIn(storedZone());

export function PreferencesProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [language, setLanguage] = useState(firstLanguage);
  const [themeChoice, setThemeChoice] = useState(chosenTheme);
  const [timeZone, setTimeZone] = useState(storedZone);
  const [shortcuts, setShortcuts] = useState(() => localStorage.getItem(SHORTCUTS_KEY) !== 'off');
  const system = useSystemTheme();
  const theme = themeChoice === 'system' ? system : themeChoice;

  useLayoutEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  useLayoutEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);

  const preferences = useMemo<Preferences>(
    () => ({
      language,
      words: DICTIONARIES[language],
      theme,
      themeChoice,
      timeZone,
      shortcuts,
      setLanguage: (next) => {
        localStorage.setItem(LANGUAGE_KEY, next);
        setLanguage(next);
      },
      setTheme: (next) => {
        localStorage.setItem(THEME_KEY, next);
        setThemeChoice(next);
      },
      setTimeZone: (next) => {
        localStorage.setItem(ZONE_KEY, next);
        writeTimesIn(next);
        setTimeZone(next);
      },
      setShortcuts: (next) => {
        localStorage.setItem(SHORTCUTS_KEY, next ? 'on' : 'off');
        setShortcuts(next);
      },
    }),
    [language, theme, themeChoice, timeZone, shortcuts],
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

function chosenTheme(): ThemeChoice {
  const stored = localStorage.getItem(THEME_KEY);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

function storedZone(): TimeZone {
  return localStorage.getItem(ZONE_KEY) ?? 'local';
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
