"""A house gives every connection to its database back, whatever becomes of those who asked."""

import re
import socket
import threading
import urllib.request
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from . import running

AT_ONCE = 40
FORM = "application/x-www-form-urlencoded"


def test_whoever_leaves_in_the_middle_takes_no_connection_along(house: running.House):
    place, head = urlsplit(house.url), signed_in(house)
    asked = [("GET", "/nowhere", ""), ("GET", "/o/harbour/", ""), ("POST", "/o/harbour/settings/audit/exports", "form=lines")]
    for method, path, body in asked:
        words = f"{method} {path} HTTP/1.1\r\n{head}Content-Type: {FORM}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        threads = [threading.Thread(target=leave, args=(place, words, number % 4)) for number in range(AT_ONCE)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    running.until(lambda: in_use(house) <= 1, "every connection but the one that tells so", 180, every=0.5)


def leave(place, words: str, patience: int) -> None:
    with socket.create_connection((place.hostname, place.port)) as line:
        line.settimeout(0.01 + patience * 0.2)
        line.sendall(words.encode())
        try:
            while line.recv(65_536):
                pass
        except TimeoutError:
            pass


def signed_in(house: running.House) -> str:
    """Return the head of a request of Ada's."""
    place = urlsplit(house.url)
    line = HTTPConnection(place.hostname, place.port)
    line.request("GET", "/accounts/login/")
    answer = line.getresponse()
    cookie = answer.headers["Set-Cookie"].partition(";")[0]
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.read().decode())[1]
    told = {"csrfmiddlewaretoken": token, "login": "ada@harbour.example", "password": house.password}
    line.request("POST", "/accounts/login/", urlencode(told), {"Cookie": cookie, "Content-Type": FORM})
    answer = line.getresponse()
    answer.read()
    cookie = answer.headers["Set-Cookie"].partition(";")[0]
    line.request("GET", "/o/harbour/", headers={"Cookie": cookie})
    token = re.search(r'csrf-token" content="(\w+)"', line.getresponse().read().decode())[1]
    return f"Host: {place.netloc}\r\nCookie: {cookie}\r\nX-CSRFToken: {token}\r\n"


def in_use(house: running.House) -> float:
    told = urllib.request.urlopen(f"{house.url}/metrics", timeout=60).read().decode()
    known = dict(re.findall(r'operant_database_connections\{state="(\w+)"\} (\S+)', told))
    return float(known["open"]) - float(known["idle"])
