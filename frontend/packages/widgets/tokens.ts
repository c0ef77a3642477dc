// Made by scripts/tokens.py from frontend/styles/tokens.json; change it there.

export type ThemeName = 'light' | 'dark';

export interface Palette {
  base100: string;
  base200: string;
  base300: string;
  baseContent: string;
  primary: string;
  primaryContent: string;
  neutral: string;
  neutralContent: string;
  info: string;
  infoContent: string;
  success: string;
  successContent: string;
  warning: string;
  warningContent: string;
  error: string;
  errorContent: string;
  muted: string;
  head: string;
  charts: string[];
}

export const palettes: Record<ThemeName, Palette> = {
  "light": {
    "base100": "#ffffff",
    "base200": "#f8f9fb",
    "base300": "#e4e7eb",
    "baseContent": "#191f2b",
    "primary": "#1f53b8",
    "primaryContent": "#ffffff",
    "neutral": "#2d333d",
    "neutralContent": "#f8f9fb",
    "info": "#006a9e",
    "infoContent": "#ffffff",
    "success": "#0a6d37",
    "successContent": "#ffffff",
    "warning": "#995600",
    "warningContent": "#ffffff",
    "error": "#ba1d27",
    "errorContent": "#ffffff",
    "muted": "#595f68",
    "head": "#515660",
    "charts": [
      "#1f53b8",
      "#d36214",
      "#259989",
      "#6a0b5d",
      "#4d4e11",
      "#9a73e6"
    ]
  },
  "dark": {
    "base100": "#171a1e",
    "base200": "#0f1217",
    "base300": "#2b2e34",
    "baseContent": "#e5e8ed",
    "primary": "#77a4f6",
    "primaryContent": "#0a111f",
    "neutral": "#3e434b",
    "neutralContent": "#e5e8ed",
    "info": "#6bbaf0",
    "infoContent": "#0a111f",
    "success": "#5fcf83",
    "successContent": "#07150b",
    "warning": "#edb755",
    "warningContent": "#181003",
    "error": "#f87d7c",
    "errorContent": "#1d0c0b",
    "muted": "#9c9fa4",
    "head": "#a5a8ad",
    "charts": [
      "#77a4f6",
      "#fbb478",
      "#31eee2",
      "#ec6da2",
      "#909908",
      "#8f57be"
    ]
  }
};
