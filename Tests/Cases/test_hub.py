"""Hubs that a disk, a crash or somebody else changed: refused with the file and the place, never counted wrongly."""

import json
import os

import pytest

DEFINE = ['stream s --schema "timestamp TIMESTAMP, favorite INT"', "aggregate a --from s --window 1d --avg favorite --count"]
WRITE = "write a --to t"


@pytest.fixture
def hub(shell, tmp_path):
    """Sends 100 events of a day for each of the days; gives back the folder of the hub's only partition."""

    def hub(*days, before=()):
        for cell in before:
            assert shell("connect hub default", cell).status == 0
        for day in days:
            line = json.dumps({"timestamp": f"2019-04-{day:02}T00:00:00Z", "favorite": day, "text": "." * 16})
            (tmp_path / "e.jsonl").write_text((line + "\n") * 100)
            answer = shell(f"send --from {tmp_path / 'e.jsonl'}")
            assert answer.status == 0, answer
        return tmp_path / "workspace/hubs/default/partition-0"

    return hub


def flip(file, byte, bit=1):
    content = bytearray(file.read_bytes())
    content[byte] ^= bit
    file.write_bytes(content)


def refused(answer, *texts):
    assert answer.status == 1, answer
    for text in texts:
        assert text in answer.error, answer
    return True


def test_a_flipped_bit_in_a_header_is_told_by_all_that_read(hub, shell, tmp_path):
    folder = hub(1, 2, 3)
    [segment] = folder.glob("*.log")
    second = segment.read_bytes().index(b"GSF2", 1)
    flip(segment, second)
    place = f"{segment.name} is damaged at byte {second}"
    export = tmp_path / "x.jsonl"
    for cells in [[f"hub export {export}"], ["hub"], [*DEFINE, WRITE], [f"send --from {tmp_path / 'e.jsonl'}"]]:
        assert refused(shell(*cells), place), cells
    assert not export.exists()


def test_a_flipped_bit_in_the_last_frame_is_damage_and_cuts_nothing(hub, shell, tmp_path):
    folder = hub(1, 2)
    [segment] = folder.glob("*.log")
    assert shell(*DEFINE, WRITE).status == 0
    last = segment.read_bytes().rindex(b"GSF2")
    flip(segment, segment.stat().st_size - 50, 4)
    before = segment.read_bytes()
    for cells in [[f"send --from {tmp_path / 'e.jsonl'}"], ["hub"], [f"hub export {tmp_path / 'x.jsonl'}"]]:
        assert refused(shell(*cells), f"{segment.name} is damaged at byte {last}"), cells
    assert segment.read_bytes() == before


def test_a_torn_frame_is_cut_off_kept_and_told(hub, shell, tmp_path):
    folder = hub(1, 2)
    [segment] = folder.glob("*.log")
    last = segment.read_bytes().rindex(b"GSF2")
    os.truncate(segment, segment.stat().st_size - 5)
    torn = segment.read_bytes()[last:]
    answer = shell("hub")
    assert answer.output.splitlines()[1].startswith("0,0,100,100"), answer
    answer = shell(f"send --from {tmp_path / 'e.jsonl'}")
    copy = folder / f"{segment.name}.torn-{last}"
    assert answer.status == 0 and f"moved {len(torn):,} incomplete bytes".replace(",", "") in answer.error.replace(",", ""), answer
    assert copy.name in answer.error and copy.read_bytes() == torn, answer
    assert shell("hub").output.splitlines()[1].startswith("0,0,200,200")


@pytest.mark.parametrize("isEmptied", [False, True])
def test_a_missing_segment_is_told_and_never_waited_for(hub, shell, tmp_path, isEmptied):
    folder = hub(1, 2, 3, 4, before=["hub retain --size 50kB"])
    segments = sorted(folder.glob("*.log"))
    assert len(segments) > 2
    first = int(segments[1].name[:20])
    if isEmptied:
        segments[1].write_bytes(b"")
    else:
        segments[1].unlink()
    for cells in [[f"hub export {tmp_path / 'x.jsonl'}"], [*DEFINE, WRITE]]:
        assert refused(shell(*cells, timeout=30), f"lacks the file that begins with offset {first}"), cells


def test_a_changed_hub_json_is_refused(hub, shell):
    folder = hub(1)
    settings = folder.parent / "hub.json"
    text = settings.read_text()
    assert '"partitions":1' in text
    settings.write_text(text.replace('"partitions":1', '"partitions":2'))
    assert refused(shell("hub"), "hub.json is damaged")


@pytest.mark.parametrize("name", ["hubs/default", "hubs/default/partition-0", "hubs/default/partition-0/lock", "hubs/default/hub.json"])
def test_links_within_a_workspace_are_refused_and_what_they_lead_to_stays(hub, shell, tmp_path, name):
    hub(1)
    path, target = tmp_path / "workspace" / name, tmp_path / "elsewhere"
    path.rename(target)
    path.symlink_to(target)
    before = {file: file.read_bytes() for file in [target, *target.rglob("*")] if file.is_file()}
    assert refused(shell(f"send --from {tmp_path / 'e.jsonl'}"), f"{path} is a link that leads out of the workspace")
    assert before == {file: file.read_bytes() for file in [target, *target.rglob("*")] if file.is_file()}


def test_an_export_keeps_the_permissions_of_the_file_that_it_replaces(hub, shell, tmp_path):
    hub(1)
    export = tmp_path / "x.jsonl"
    export.write_text("secret")
    export.chmod(0o600)
    assert shell(f"hub export {export}").status == 0
    assert export.stat().st_mode & 0o777 == 0o600 and export.read_text().count("\n") == 100
