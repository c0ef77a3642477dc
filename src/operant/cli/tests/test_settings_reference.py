from operant.cli import settings_reference


def test_the_page_is_current():
    assert settings_reference.FILE.read_text(encoding="utf-8") == settings_reference.render(), (
        "run: python -m operant.cli.settings_reference"
    )
