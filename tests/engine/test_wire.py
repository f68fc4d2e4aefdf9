"""Frames survive however the stream cuts them."""

from hypothesis import given
from hypothesis import strategies as st

from cepgraph.engine.wire import SMALL, FrameReader, Question, pack, question_head, question_of


@given(
    bodies=st.lists(st.binary(max_size=300), min_size=1, max_size=4),
    cuts=st.lists(st.integers(1, 50), min_size=1, max_size=30),
)
def test_frames_are_read_however_they_are_cut(bodies: list[bytes], cuts: list[int]) -> None:
    reader = FrameReader()
    for number, body in enumerate(bodies):
        stream = b"".join(pack({"n": number}, body))
        frames = []
        turn = 0
        while stream:
            size = cuts[turn % len(cuts)]
            turn += 1
            piece, stream = stream[:size], stream[size:]
            frames.append(reader.feed(piece))
        assert frames[-1] == ({"n": number}, body)
        assert all(frame is None for frame in frames[:-1])


def test_a_large_body_is_sent_apart() -> None:
    body = b"x" * (SMALL + 1)
    start, rest = pack({}, body)
    assert rest is body
    assert FrameReader().feed(start + rest) == ({}, body)


def test_a_question_arrives_as_it_was_asked() -> None:
    question = Question(
        "SELECT 'é\0'", ("a/b",), (), ("urn:g",), None, {"x": "<urn:x>"}, "http://a.test/"
    )
    frame = FrameReader().feed(b"".join(pack(question_head(question))))
    assert frame is not None
    assert question_of(frame[0]) == question
