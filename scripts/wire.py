"""Write the types that cross the border to TypeScript, from the models that check them."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from operant.stage.document import options, result, shape  # noqa: E402
from scripts import typescript  # noqa: E402

WIRE = ROOT / "frontend/packages/wire"
FILES = {
    "document.ts": [shape.Document, shape.WidgetKind, options.FormatOptions],
    "data.ts": [result.DataResult, result.Annotation],
}


def generated() -> dict[Path, str]:
    """Return what each generated file must hold."""
    return {WIRE / name: typescript.module(models) for name, models in FILES.items()}


def main() -> int:
    for path, text in generated().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
