import json

import pytest

from operant.platform.files import sandbox

from .conftest import types

_EXPECTED = "A JSON file must hold a list of objects ([{…}, {…}]), or one object a line."


@pytest.mark.parametrize("lay_out", [json.dumps, lambda rows: "\n".join(map(json.dumps, rows))])
def test_a_list_and_one_object_a_line(read, lay_out):
    rows = [
        {"id": 1, "day": "2026-01-01", "at": "2026-01-01T10:00:00Z", "tags": ["x"], "who": {"name": "Ada"}, "mixed": 1},
        {"id": 2.5, "day": "2026-01-02", "tags": None, "who": None, "mixed": "x", "extra": True},
    ]
    converted, found = read(lay_out(rows), "json")
    assert types(converted) == {
        "id": "float", "day": "date", "at_": "datetime", "mixed": "text", "extra": "boolean", "who_name": "text",
        "tags": "json", "who": "json",
    }  # fmt: skip
    assert found == [
        [1.0, "2026-01-01", "2026-01-01T10:00:00Z", "1", None, "Ada", ["x"], {"name": "Ada"}],
        [2.5, "2026-01-02", None, "x", True, None, None, None],
    ]


def test_what_stands_one_level_down_has_columns_of_its_own(read):
    quakes = {"type": "FeatureCollection", "features": [
        {"id": "a", "properties": {"mag": 2.5, "Place of it": "Castaic", "more": {"x": 1}}, "geometry": {"at": [1.0, 2.0]}},
        {"id": "b", "properties": {"mag": None}, "geometry": None},
    ]}  # fmt: skip
    converted, found = read(json.dumps(quakes), "json")
    assert list(types(converted).items()) == [
        ("id", "text"), ("properties_mag", "float"), ("properties_place_of_it", "text"),
        ("properties", "json"), ("geometry", "json"), ("properties_more", "json"), ("geometry_at", "json"),
    ]  # fmt: skip
    assert [[*row[1:3], *row[5:]] for row in found] == [[2.5, "Castaic", {"x": 1}, [1.0, 2.0]], [None, None, None, None]]
    # As it came: what a row does not have is no null of it.
    assert found[1][3] == {"mag": None}


def test_objects_whose_keys_are_values_stay_one_column(read):
    countries = [
        {"cca2": code, "name": {"common": code.title(), "native": {code: {"official": code}}},
         "currencies": {code + "X": {"name": code}},
         "translations": {lang: {"official": lang + code} for lang in ("de", "fr", "it", "es", "nl", "pl", "cs", "da", "sv")},
         "months": dict.fromkeys("abcdefghi", 1)}
        for code in ("AT", "BE", "CH", "DE", "ES", "FR", "GR", "HU", "IT")
    ]  # fmt: skip
    converted, found = read(json.dumps(countries), "json")
    assert list(types(converted)) == [
        "cca2", "name_common", *(f"months_{each}" for each in "abcdefghi"),
        "name", "currencies", "translations", "months", "name_native",
    ]  # fmt: skip
    assert found[0][11:13] == [countries[0]["name"], {"ATX": {"name": "AT"}}]
    assert converted.warnings == [
        "Objects whose keys differ from row to row stay one column of JSON, but for keys that half of the rows have: “currencies”, "
        "“translations”.",
    ]


def test_keys_that_differ_in_case_alone_are_all_read(read):
    converted, found = read('[{"a": 1, "A": 2, "at": {"b": 3}}]', "json")
    assert (list(types(converted)), found) == (["a", "a_1", "at_b", "at_"], [[1, 2, 3, {"b": 3}]])
    converted, found = read('[{"name": "x", "name_2": "y", "geo": {"lat": 1}, "o": {"~/d": [7]}, "O": {"c": [6]}}]', "json")
    assert dict(zip(types(converted), found[0], strict=True)) == {
        "name": "x", "name_2": "y", "geo_lat": 1, "geo": {"lat": 1}, "o": {"~/d": [7]}, "o_1": {"c": [6]}, "o_d": [7], "o_1_c": [6],
    }  # fmt: skip


@pytest.mark.parametrize("lay_out", [json.dumps, lambda rows: "\n".join(map(json.dumps, rows))])
def test_keys_of_an_object_that_differ_in_case_alone_are_all_there(read, lay_out):
    rows = [{"n": 1, "at": {"b": 1, "B": 2}}, {"n": 2, "at": {"b": 3, "day": "2026-01-05"}}]
    converted, found = read(lay_out(rows), "json")
    assert types(converted) == {"n": "integer", "at_b": "integer", "at_day": "date", "at_": "json"}
    assert found == [[1, 1, None, {"b": 1, "B": 2}], [2, 3, "2026-01-05", {"b": 3, "day": "2026-01-05"}]]
    assert converted.warnings == [
        "Keys of an object that differ by case alone, such as “B”, have one column; its JSON holds all of them."
    ]


def test_a_broken_line_beside_keys_that_differ_in_case_is_refused(refused):
    _, told = refused('{"at": {"b": 1, "B": 2}}\n{"at": {"b": 3}\n{"at": {"b": 4}}\n', "json")
    assert told == 2


def test_dates_that_are_not_iso_are_read_beside_lists_and_in_objects(read):
    rows = [{"n": n, "d": f"{n}-01-2026", "at": {"d": f"26-01-{n}", "t": "31-01-2026 10:00:00"}, "tags": [n]} for n in (30, 31)]
    converted, found = read(json.dumps(rows), "json")
    assert list(types(converted).items()) == [
        ("n", "integer"), ("d", "date"), ("at_d", "date"), ("at_t", "datetime"), ("at_", "json"), ("tags", "json"),
    ]  # fmt: skip
    assert found[1] == [31, "2026-01-31", "2026-01-31", "2026-01-31T10:00:00", rows[1]["at"], [31]]


def test_keys_that_half_of_the_rows_have_are_columns_beside_rare_ones(read):
    places = [{"properties": {"name": f"p{n}", "kind": "shop" if n % 2 else None, f"tag{n}": n}} for n in range(20)]
    places[0]["properties"] = {"kind": "shop", "tag0": 1}
    converted, found = read(json.dumps(places), "json")
    assert list(types(converted)) == ["properties_kind", "properties_name", "properties"]
    assert found[3] == ["shop", "p3", places[3]["properties"]]
    assert converted.warnings == [
        "Objects whose keys differ from row to row stay one column of JSON, but for keys that half of the rows have: “properties”."
    ]


def test_a_column_that_is_called_so_already_keeps_its_name(read):
    converted, found = read('[{"a": {"b": 1}, "a.b": 2}]', "json")
    assert (list(types(converted)), found) == (["a_b", "a"], [[2, {"b": 1}]])


def test_no_name_needs_quotes_in_sql(read):
    words = ["at", "by", "left", "asof", "glob", "is", "select", "group", "time", "value"]
    converted, _ = read(json.dumps([dict.fromkeys(words, 1)]), "json")
    names = ", ".join(column.name for column in converted.columns)
    told = sandbox.query({"t": converted.parquet_path}, f"select {names} from t order by {names}")
    assert told.rows == [[1] * len(words)]
    assert [column.label for column in converted.columns] == words


def test_rows_inside_an_object(read):
    converted, rows = read('{"page": 1, "data": [{"a": 1}, {"a": 2}]}', "json")
    assert (rows, converted.warnings) == ([[1], [2]], ["The rows were taken from the list “data” in the file."])


def test_one_object_is_one_row(read):
    assert read('{"a": 1, "b": [1, 2]}', "json")[1] == [[1, [1, 2]]]


def test_wide_text(read):
    assert read('[{"ä": "ö"}]'.encode("utf-16"), "json")[1] == [["ö"]]


@pytest.mark.parametrize(
    ("content", "sentence", "line"),
    [
        ("", "The file is empty.", None),
        ("[]", "The list is empty.", None),
        ("[1, 2]", _EXPECTED, None),
        ('[{"a": 1}, 2]', _EXPECTED, None),
        ("hello", _EXPECTED, None),
        ('{"a":1}\n{"a":2}\n{"a":x}\n', "The JSON is broken in line 3: expecting value at column 6.", 3),
        ('[{"a":1},\n{"a":2},\n', "The JSON is broken in line 3: expecting value at column 1.", 3),
        ('[{"a":1},\n{"a":2}', "The JSON is broken in line 2: expecting ',' delimiter at column 8.", 2),
        ('{"a":1,"a":2}\n', 'The JSON cannot be read: in line 1: Object {"a":1,"a":2} has duplicate key "a".', None),
        ('{"a":' * 3000 + "1" + "}" * 3000, "The JSON is nested too deeply.", None),
        (json.dumps([{f"k{n}": 1 for n in range(1000)}]),
         "The objects have 1,000 keys; at most 500 can be read.", None),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_line(refused, content, sentence, line):
    assert refused(content, "json") == (sentence, line)
