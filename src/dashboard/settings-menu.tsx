import { Settings } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { zoneName } from './format-time.js';
import { usePreferences, type Language, type ThemeChoice } from './preferences.js';
import { serverNow } from './server-clock.js';

const MENU = 'settings-menu';
const FIRST_ZONES = ['local', 'UTC', 'Asia/Shanghai'];

export function SettingsMenu(): ReactNode {
  const { words, language, themeChoice, shortcuts, timeZone, setLanguage, setTheme, setShortcuts } = usePreferences();
  const [opened, setOpened] = useState(false);
  const zone = zoneName(serverNow());
  return (
    <>
      <button
        type="button"
        className="quiet"
        popoverTarget={MENU}
        aria-label={`${words.settings} ${zone}`}
        title={words.settings}
      >
        <Settings size={16} aria-hidden />
        <span className="zone-name">{zone}</span>
      </button>
      <div
        id={MENU}
        popover="auto"
        className="menu settings"
        onToggle={(event) => event.newState === 'open' && setOpened(true)}
      >
        <h2>{words.settings}</h2>
        <label className="field">
          <span>{words.language}</span>
          <select value={language} onChange={(event) => setLanguage(event.currentTarget.value as Language)}>
            <option value="en">English</option>
            <option value="zh" lang="zh-CN">
              简体中文
            </option>
          </select>
        </label>
        <label className="field">
          <span>{words.theme}</span>
          <select value={themeChoice} onChange={(event) => setTheme(event.currentTarget.value as ThemeChoice)}>
            <option value="system">{words.themes.system}</option>
            <option value="light">{words.themes.light}</option>
            <option value="dark">{words.themes.dark}</option>
          </select>
        </label>
        <ZoneSelect zones={opened ? allZones(timeZone) : [timeZone]} />
        <label className="field field-flag">
          <input type="checkbox" checked={shortcuts} onChange={(event) => setShortcuts(event.currentTarget.checked)} />
          <span>{words.singleKeys}</span>
        </label>
      </div>
    </>
  );
}

function ZoneSelect({ zones }: { readonly zones: readonly string[] }): ReactNode {
  const { words, timeZone, setTimeZone } = usePreferences();
  return (
    <label className="field">
      <span>{words.timeZone}</span>
      <select value={timeZone} onChange={(event) => setTimeZone(event.currentTarget.value)}>
        {zones.map((zone) => (
          <option key={zone} value={zone}>
            {zone === 'local' ? words.localZone : zone}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Hundreds: made when somebody looks at them. */
function allZones(chosen: string): readonly string[] {
  return [...new Set([...FIRST_ZONES, chosen, ...Intl.supportedValuesOf('timeZone')])];
}
