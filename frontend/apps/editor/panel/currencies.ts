/** Currencies offered by name; the document takes any ISO 4217 code. */
const CODES = [
  'EUR', 'USD', 'GBP', 'CHF', 'SEK', 'NOK', 'DKK', 'PLN', 'CZK', 'HUF', 'RON', 'BGN', 'ISK', 'TRY', 'UAH', 'CAD', 'AUD', 'NZD', 'JPY',
  'CNY', 'KRW', 'INR', 'SGD', 'HKD', 'AED', 'SAR', 'ILS', 'ZAR', 'NGN', 'KES', 'EGP', 'BRL', 'MXN', 'ARS', 'CLP', 'COP',
]

const names = new Intl.DisplayNames(['en'], { type: 'currency' })

export const CURRENCIES = CODES.map((code) => ({ value: code, label: `${code} · ${names.of(code) ?? code}` }))
