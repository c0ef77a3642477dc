export * from './document'
export * from './data'
export * from './relay'
