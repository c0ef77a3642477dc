"""The small types that documents and results are made of, with their bounds."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

LONGEST_SQL = 20_000


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("contains a character that cannot be stored")
    return text


class Strict(BaseModel):
    """Takes exactly what is named, as the type that is named."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


Storable = AfterValidator(_storable)
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
Title = Annotated[str, StringConstraints(max_length=120), Storable]
ColumnName = Annotated[str, StringConstraints(max_length=300), Storable]
Sql = Annotated[str, StringConstraints(max_length=LONGEST_SQL), Storable]
Text = Annotated[str, StringConstraints(max_length=5_000), Storable]
