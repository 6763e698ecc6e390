"""What an application refuses or gives up, in one line for its user."""

from __future__ import annotations


class InputError(RuntimeError):
    """An option, a file or a folder that an application cannot work with; nothing was overwritten.

    Not a ValueError: the constructors of configurations raise it, and tyro would frame that in a message of its own.
    """


class DivergenceError(ArithmeticError):
    """A loss that is not finite."""
