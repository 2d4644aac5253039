"""What can go wrong before or during a training step, said so that it can be put right."""

from asterisk_search.errors import AsteriskError


class TrainerError(AsteriskError):
    """The recipe, the data, the teacher or a checkpoint is not what the trainer needs."""
