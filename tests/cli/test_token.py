"""`asterisk-search token`."""

from tests.cli.conftest import Shell


def test_the_token_is_printed_and_stays(shell: Shell) -> None:
    first = shell("token")
    assert first.code == 0
    assert len(first.out.strip()) >= 32
    assert shell("token").out == first.out


def test_what_cannot_be_read_is_told_in_words(shell: Shell) -> None:
    (shell.data_dir / "http.token").mkdir(parents=True, mode=0o700)
    refused = shell("token")
    assert refused.code == 1
    assert "cannot be used: Is a directory" in refused.err and "Errno" not in refused.err


def test_a_new_token_can_be_made(shell: Shell) -> None:
    assert shell("token").out != shell("token", "--new").out


def test_a_token_that_others_can_read_is_refused(shell: Shell) -> None:
    shell("token")
    (shell.data_dir / "http.token").chmod(0o644)
    refused = shell("token")
    assert refused.code == 2
    assert "token --new" in refused.err
    assert shell("token", "--new").code == 0
