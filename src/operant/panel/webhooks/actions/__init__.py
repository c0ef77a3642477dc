from .delivering import Begun, begin, finish, put_back
from .forgetting import KEPT_FOR, forget_old
from .keeping import MOST, add, change, pause, remove, resume, rotate
from .replaying import replay, replay_failed, test
from .telling import tell

__all__ = [
    "KEPT_FOR", "MOST", "Begun", "add", "begin", "change", "finish", "forget_old", "pause", "put_back", "remove",
    "replay", "replay_failed", "resume", "rotate", "tell", "test",
]  # fmt: skip
