"""Files that people have: read as they are meant, or refused with the reason."""


def test_a_json_array_is_sent_event_by_event(shell, cases):
    answer = shell(f"send --from {cases}/inputs/json-array.json")
    assert answer.status == 0, answer
    assert "sent 5 events" in answer.error + answer.output, answer
