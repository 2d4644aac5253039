"""Words of a question that begin with a hyphen, such as ``-paxos`` and ``-#done``."""

import re
from typing import Final

import click

_WORD: Final = re.compile(r"-(?!-|n\d*$|h$).", re.DOTALL)
"""One hyphen, and no option of `query`."""
_MARK: Final = "\0"
"""Before such a word, while options are told from words: no argument of a program can hold it."""


class Asking(click.Command):
    """A command whose arguments are a question: what is no option of it is a word."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Tell options from words; a misspelt long option is refused as ever."""
        valued = {
            name
            for option in self.params
            if isinstance(option, click.Option) and not option.is_flag
            for name in option.opts
        }
        before = ["", *args]
        marked = [
            _MARK + word if _WORD.match(word) and last not in valued else word
            for last, word in zip(before, args, strict=False)
        ]
        return super().parse_args(ctx, marked)


def words(_ctx: click.Context, _argument: click.Parameter, said: tuple[str, ...]) -> list[str]:
    """The words as they were typed."""
    return [word.removeprefix(_MARK) for word in said]
