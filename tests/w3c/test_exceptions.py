"""The list of tests that must fail holds tests that there are."""

from tests.w3c.manifest import FOLDER, cases, exceptions, needs_the_tests


@needs_the_tests
def test_every_exception_is_a_test_of_the_suite() -> None:
    folders = [path.name for path in FOLDER.iterdir() if path.is_dir()]
    known = {case.name for folder in folders for case in cases(folder)}
    assert set(exceptions()) <= known


def test_every_exception_has_a_reason() -> None:
    assert all(len(reason) > 20 for reason in exceptions().values())
