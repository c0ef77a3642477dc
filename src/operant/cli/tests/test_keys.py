from operant.cli.commands import keys


def test_a_rotation_names_what_it_could_not_open(filled, installation, capsys):
    house = installation("named", template=filled.name)
    row, value = house.ask("SELECT id, subject FROM messaging_message ORDER BY id")[0]
    house.ask("UPDATE messaging_message SET subject = %s WHERE id = %s", value[:-1] + bytes([value[-1] ^ 1]), row)
    with house.served():
        assert keys._rotate(house.role("ot_owner"), house.ring) == 1
    assert capsys.readouterr().out.splitlines()[1:] == [
        "240 values are sealed with key 2 now.",
        "1 values could not be opened and are as they were:",
        f"✗ subject of messaging_message {row} (names key 1)",
        "They were changed or their key is lost. Bring their rows back from a backup, or remove them.",
        "Make a backup now. Older keys stay in the ring until `operant keys forget`.",
    ]
