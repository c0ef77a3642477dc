import type { Annotation, DataResult } from './data'
import type { Document } from './document'

export interface Viewport {
  w: number
  h: number
}

export interface HelloBody {
  viewport: Viewport
  model?: string
}

/** A new device: the visible code only matches, the secret polls. */
export interface Hello {
  device: string
  secret: string
  code: string
  url: string
  expires_in: number
  /** The address as a QR code: path data on a grid of `qr_size` modules without quiet zone, to be filled. */
  qr?: string
  qr_size?: number
}

export interface Tokens {
  access: string
  access_expires_in: number
  refresh: string
}

export interface Pairing extends Tokens {
  screen: string
  name: string
}

export interface Manifest {
  etag: string
  screen: { id: string; name: string }
  version: string | null
  number: number | null
  dashboard: { id: string; title: string } | null
  document: Document | null
  /** Query id to data key. */
  data: { [query: string]: string }
  /** What charts over time show besides. A manifest that was kept from before has none. */
  annotations?: Annotation[]
  /** Where pages from elsewhere are framed, by their address. */
  frames?: { [address: string]: string }
  /** What is on when, in place of one document: only where a playlist or a schedule says so. */
  program?: Program
  /** What lies over all that until a time: only where somebody took the screen over. */
  takeover?: Takeover
  /** How the picture is laid out; only what is not as usual. */
  glass?: Glass
  theme: 'dark' | 'light'
  locale: string
  time_zone: string
  /** Whose screen it is, for a face without a dashboard. A manifest that was kept from before has none. */
  brand?: Brand
  server_time: string
}

/** One dashboard of a program, as a manifest has its only one. */
export interface Scene {
  version: string | null
  number: number | null
  dashboard: { id: string; title: string } | null
  document: Document | null
  data: { [query: string]: string }
  annotations?: Annotation[]
  frames?: { [address: string]: string }
}

/** Scenes by their numbers; rounds that they stand in; and from when on which round turns, where null shows nothing. */
export interface Program {
  scenes: Scene[]
  rounds: { scene: number; seconds: number }[][]
  switches: { at: string; round: number | null }[]
}

/** A message, or a dashboard in `scene`, over everything else. */
export interface Takeover {
  id: string
  until: string
  text: string
  severity: 'info' | 'warning' | 'alert'
  scene: Scene | null
}

/** Degrees clockwise, percent of the usual size of letters, percent of each edge left free, and how much darker when. */
export interface Glass {
  turned?: number
  zoom?: number
  overscan?: number
  dim?: number
  dim_from?: string
  dim_until?: string
}

/** How an organization looks: its color as #rrggbb and the path of its logo, or nothing. */
export interface Brand {
  name: string
  color: string
  logo: string
}

export interface DataAnswer {
  results: DataResult[]
}

export interface Ticket {
  ticket: string
  expires_in: number
}

export type CommandKind = 'identify' | 'reload' | 'restart' | 'clear_cache' | 'screenshot'

export interface Command {
  id: string
  kind: CommandKind
}

/** That a command or a takeover was heard, or what became of it. */
export interface Acknowledgement {
  command: string
  outcome: 'heard' | 'done' | 'failed' | 'refused'
  reason?: string
}

/** Everything that changes, in short; its ETag comes back as If-None-Match, and 204 says that nothing did. */
export interface PollAnswer {
  etag: string
  data: { [key: string]: number }
  commands: Command[]
}

export interface DeployEvent {
  version: string | null
  etag: string
}

export interface DataEvent {
  key: string
  seq: number
  /** Milliseconds over which all who hear this spread their asking: one screen asks at once. */
  within: number
}

/** The server ends; milliseconds over which all whose streams end with it spread their return. */
export interface ByeEvent {
  within: number
}

export interface ClientError {
  code: string
  message: string
  count: number
  first: string
  last: string
}

/** Exactly what the privacy policy says a heartbeat holds; the server refuses anything else. */
export interface Heartbeat {
  viewport: Viewport
  browser: { engine: string; major: number }
  rendered: { version: string | null; at: string | null }
  errors: ClientError[]
}

export interface HeartbeatAnswer {
  wanted: string | null
  etag: string
  server_time: string
  next_in: number
}

export interface RelayError {
  error: string
  message: string
}
