/// <reference types="vite/client" />

declare module '@alpinejs/csp' {
  interface Alpine {
    start(): void;
    data(name: string, component: (...parameters: unknown[]) => object): void;
    store(name: string, value?: unknown): unknown;
  }
  const Alpine: Alpine;
  export default Alpine;
}
