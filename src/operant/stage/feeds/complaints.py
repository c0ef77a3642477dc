"""Why an address gave no rows, in sentences. Of an address they name the host: the rest of it may be a secret."""

import ssl

import httpcore

from ..stepping import Unreachable

_STATUS = {
    400: "The server did not understand the address. Check its parameters.",
    401: "Check the header and its value: the server wants somebody to sign in.",
    403: "Check the header and its value, and that what it signs in may read this.",
    404: "Check the path of the address.",
    405: "The server does not give this by GET.",
    406: "The server does not give this format.",
    410: "What stood there is gone for good.",
    429: "The server wants to be asked less often: let it be read less often.",
}


def of_status(status: int, host: str) -> Unreachable:
    """Return why an answer is none that has rows."""
    advice = _STATUS.get(status) or ("The fault is on its side. Try again later." if status >= 500 else "Check the address.")
    return Unreachable("answer", f"{host} answers {status}.", advice)


def of_line(error: Exception, host: str, port: int, seconds: float, step: str) -> Unreachable:
    """Return why there was no answer; `step` is where the call was."""
    cause = error.__cause__ or error.__context__
    if isinstance(cause, ssl.SSLCertVerificationError):
        said = f"The certificate of {host} was not accepted: {cause.verify_message}."[:300]
        return Unreachable("tls", said, "Only certificates of public authorities are accepted, for the right name.")
    if isinstance(cause, ssl.SSLError):
        return Unreachable("tls", f"What answers at {host} does not speak TLS as it should.", "Is it http:// there?")
    if isinstance(error, (httpcore.TimeoutException, TimeoutError)):
        if step == "connect":
            return Unreachable(step, f"{host} does not answer at port {port}.", "Check the host, and firewalls between.")
        return Unreachable(step, f"{host} did not give everything within {seconds:g} seconds.", "Ask it for less, or in pages.")
    if isinstance(error, httpcore.ConnectError):
        return Unreachable("connect", f"{host} refuses connections at port {port}.", "Check the host and the port.")
    return Unreachable(step, f"{host} ended the connection before there was a whole answer.", "Try again in a moment.")
