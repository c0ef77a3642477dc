"""Where in JSON the rows are, as people write it: JMESPath. Nothing else is imported here, so the server reads it too."""

from jmespath import compile as compiled_by_jmespath
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult

LONGEST = 500


def compiled(text: str) -> ParsedResult:
    """
    Return an expression that can be asked.

    :raises ValueError: with a sentence, when it is none.
    """
    if len(text) > LONGEST:
        raise ValueError(f"An expression has at most {LONGEST} characters.")
    try:
        return compiled_by_jmespath(text)
    except (JMESPathError, RecursionError, ValueError) as error:
        at = getattr(error, "lex_position", None)
        where = f" at character {at + 1}" if isinstance(at, int) and at >= 0 else ""
        raise ValueError(f"This is no JMESPath expression{where}. Write it like data.orders or items[?open].") from None
