/** What came back. Status 0 is the network's silence, never the server's word. */
export interface Answer {
  status: number
  body: unknown
  text: string
  etag: string
  retryAfter: number
}

export interface Asking {
  method?: 'GET' | 'POST'
  /** A Blob goes as it is, everything else as JSON. */
  body?: unknown
  access?: string
  etag?: string
  timeout?: number
}

/** Nobody answered, or nobody was asked. */
export const SILENCE: Answer = { status: 0, body: null, text: '', etag: '', retryAfter: 0 }

/** Sends one request and always resolves. XHR: it has timeouts on every engine we know, fetch does not. */
export function send(url: string, asking: Asking = {}): Promise<Answer> {
  return new Promise((resolve) => {
    const xhr = new XMLHttpRequest()
    xhr.open(asking.method || 'GET', url)
    xhr.timeout = asking.timeout || 15000
    const isFile = asking.body instanceof Blob
    if (asking.body !== undefined && !isFile) xhr.setRequestHeader('Content-Type', 'application/json')
    if (asking.access) xhr.setRequestHeader('Authorization', 'Bearer ' + asking.access)
    if (asking.etag) xhr.setRequestHeader('If-None-Match', asking.etag)
    xhr.onload = () => resolve(answerOf(xhr))
    xhr.onerror = xhr.ontimeout = xhr.onabort = () => resolve(SILENCE)
    xhr.send(isFile ? (asking.body as Blob) : asking.body === undefined ? null : JSON.stringify(asking.body))
  })
}

function answerOf(xhr: XMLHttpRequest): Answer {
  const retryAfter = Number(xhr.getResponseHeader('Retry-After')) || 0
  const text = xhr.responseText
  return { status: xhr.status, body: parse(text), text, etag: xhr.getResponseHeader('ETag') || '', retryAfter }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    return null
  }
}

/** True when the answer is ours: a captive portal or a proxy says 401 too, but not with our JSON. */
export function refusedByUs(answer: Answer): boolean {
  const body = answer.body as { error?: unknown } | null
  return !!body && typeof body.error === 'string'
}
