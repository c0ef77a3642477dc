/** Where a screen keeps what must survive a restart. */
export interface Store {
  get<T>(key: string): Promise<T | null>
  /** Resolves to false where nothing could be kept. */
  set(key: string, value: unknown): Promise<boolean>
  clear(): Promise<void>
}

const NAME = 'operant-player'
const SHELF = 'kept'

/** Opens IndexedDB, or localStorage where a television has none or refuses it. */
export function openStore(): Promise<Store> {
  return openDatabase().then((database) => (database ? new DatabaseStore(database) : new LocalStore()))
}

function openDatabase(): Promise<IDBDatabase | null> {
  return new Promise((resolve) => {
    // Some engines neither open nor refuse; a wall must not wait for them.
    const patience = setTimeout(() => resolve(null), 4000)
    const settle = (database: IDBDatabase | null): void => {
      clearTimeout(patience)
      resolve(database)
    }
    try {
      const request = indexedDB.open(NAME, 1)
      request.onupgradeneeded = () => request.result.createObjectStore(SHELF)
      request.onsuccess = () => settle(request.result)
      request.onerror = request.onblocked = () => settle(null)
    } catch (error) {
      settle(null)
    }
  })
}

class DatabaseStore implements Store {
  constructor(private database: IDBDatabase) {}

  get<T>(key: string): Promise<T | null> {
    return this.run('readonly', (shelf) => shelf.get(key)).then((value) => (value === undefined ? null : (value as T)), () => null)
  }

  set(key: string, value: unknown): Promise<boolean> {
    return this.run('readwrite', (shelf) => shelf.put(value, key)).then(() => true, () => false)
  }

  clear(): Promise<void> {
    return this.run('readwrite', (shelf) => shelf.clear()).then(() => undefined, () => undefined)
  }

  /** Waits for the transaction, not the request: only then it is on the disk. */
  private run(mode: IDBTransactionMode, ask: (shelf: IDBObjectStore) => IDBRequest): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction(SHELF, mode)
      const request = ask(transaction.objectStore(SHELF))
      transaction.oncomplete = () => resolve(request.result)
      transaction.onerror = transaction.onabort = () => reject(transaction.error)
    })
  }
}

export class LocalStore implements Store {
  get<T>(key: string): Promise<T | null> {
    try {
      return Promise.resolve(JSON.parse(localStorage.getItem(NAME + ':' + key) || 'null') as T | null)
    } catch (error) {
      return Promise.resolve(null)
    }
  }

  set(key: string, value: unknown): Promise<boolean> {
    try {
      localStorage.setItem(NAME + ':' + key, JSON.stringify(value))
      return Promise.resolve(true)
    } catch (error) {
      return Promise.resolve(false)
    }
  }

  clear(): Promise<void> {
    try {
      Object.keys(localStorage).filter((key) => key.indexOf(NAME + ':') === 0).forEach((key) => localStorage.removeItem(key))
    } catch (error) {
      // Nothing was kept, so nothing is left.
    }
    return Promise.resolve()
  }
}
