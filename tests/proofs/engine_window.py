"""
One page in an old Chromium: run by the Python that has PyQt5, and told on its standard input what to do, a JSON line each.

    python engine_window.py FOLDER          what the page keeps is kept there
    {"do": "open", "url": …} {"do": "evaluate", "js": …} {"do": "picture", "path": …} {"do": "said"}

Each answer is a line: {"value": …} or {"error": …}.
"""

import json
import os
import sys

from PyQt5.QtCore import QSocketNotifier, QUrl
from PyQt5.QtWebEngineWidgets import QWebEnginePage, QWebEngineProfile, QWebEngineView
from PyQt5.QtWidgets import QApplication

ASKED = "(function(){try{return JSON.stringify({value:(%s)})}catch(e){return JSON.stringify({error:String(e)})}})()"
NOTHING = '{"error": "the page gave no answer"}'


class Page(QWebEnginePage):
    """A page that remembers what its console was told."""

    def __init__(self, profile, parent):
        super().__init__(profile, parent)
        self.said = []

    def javaScriptConsoleMessage(self, level, message, line, source):  # noqa: N802
        if level:
            self.said.append("{} ({}:{})".format(message, source.rpartition("/")[2], line))


class Window:
    """What a line of input may ask for."""

    def __init__(self, app, folder):
        self.app = app
        profile = QWebEngineProfile("tv", app)
        profile.setPersistentStoragePath(folder)
        profile.setCachePath(os.path.join(folder, "cache"))
        self.view = QWebEngineView()
        self.page = Page(profile, self.view)
        self.view.setPage(self.page)
        self.is_loading = False
        self.page.loadStarted.connect(lambda: self.loads(True))
        self.page.loadFinished.connect(lambda _: self.loads(False))
        self.view.resize(1920, 1080)
        self.view.show()

    def open(self, url):
        self.page.load(QUrl(url))
        answer({"value": url})

    def loads(self, is_loading):
        self.is_loading = is_loading

    def evaluate(self, js):
        if self.is_loading:  # Qt falls over when it is asked now.
            answer(json.loads(NOTHING))
            return
        self.page.runJavaScript(ASKED % js, lambda found: answer(json.loads(found or NOTHING)))

    def picture(self, path):
        answer({"value": self.view.grab().save(path)})

    def said(self):
        answer({"value": self.page.said})


def answer(told):
    print(json.dumps(told), flush=True)


def main():
    app = QApplication(sys.argv[:1])
    window = Window(app, sys.argv[1])
    waiting = bytearray()

    def read():
        more = os.read(0, 65536)
        if not more:
            app.quit()
        waiting.extend(more)
        while b"\n" in waiting:
            line, _, rest = bytes(waiting).partition(b"\n")
            waiting[:] = rest
            asked = json.loads(line)
            getattr(window, asked.pop("do"))(**asked)

    notifier = QSocketNotifier(0, QSocketNotifier.Read)
    notifier.activated.connect(read)
    app.exec_()


main()
