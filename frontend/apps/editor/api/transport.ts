/** JSON over fetch with the CSRF token; a dead network is an answer with status 0, never an exception. */

export interface Answer { status: number; body: Record<string, unknown>; signedOut: boolean }

const PATIENCE_MS = 45000
// Browsers refuse a larger body on a request that may outlive its page.
const KEEPALIVE_BYTES = 60000

export class Transport {
  constructor(private readonly base: string, private token: string) {}

  async send(method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown): Promise<Answer> {
    const answer = await this.once(method, path, body)
    // Signing in again in another tab changes the token; the page itself knows the new one.
    if (answer.status === 403 && method !== 'GET' && await this.renewToken()) return this.once(method, path, body)
    return answer
  }

  private async once(method: string, path: string, body?: unknown): Promise<Answer> {
    const isForm = body instanceof FormData
    const text = body === undefined || isForm ? undefined : JSON.stringify(body)
    const headers: Record<string, string> = { Accept: 'application/json' }
    if (text !== undefined) headers['Content-Type'] = 'application/json'
    if (method !== 'GET') headers['X-CSRFToken'] = this.token
    try {
      const response = await fetch(this.base + path, {
        method, headers, body: isForm ? body : text, credentials: 'same-origin', signal: AbortSignal.timeout(PATIENCE_MS),
        keepalive: (method === 'PUT' || path === 'presence') && (text?.length ?? 0) < KEEPALIVE_BYTES,
      })
      return await read(response)
    } catch {
      return { status: 0, body: {}, signedOut: false }
    }
  }

  private async renewToken(): Promise<boolean> {
    try {
      const response = await fetch(window.location.href, { credentials: 'same-origin' })
      const page = new DOMParser().parseFromString(await response.text(), 'text/html')
      const token = page.getElementById('editor')?.dataset.csrf || page.body.dataset.csrf
      if (!token || token === this.token) return false
      this.token = token
      return true
    } catch {
      return false
    }
  }
}

async function read(response: Response): Promise<Answer> {
  const json = (response.headers.get('Content-Type') ?? '').includes('json')
  const body: unknown = json ? await response.json() : {}
  // A page where JSON was asked for is the sign-in form at the end of a redirect.
  const signedOut = response.status === 401 || (response.redirected && !json)
  return { status: signedOut ? 401 : response.status, body: isRecord(body) ? body : {}, signedOut }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
